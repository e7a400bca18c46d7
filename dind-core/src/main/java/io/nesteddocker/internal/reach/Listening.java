package io.nesteddocker.internal.reach;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The kernel's list of listeners in a container's network.
 *
 * @param gone whether the container's first process has ended
 * @param everywhere whether something listens at the port on all addresses
 * @param loopback whether something listens at the port on the container's loopback address
 * @param addresses the other IPv4 addresses on which something listens at the port
 * @param otherPorts the ports at which something listens instead
 */
record Listening(boolean gone, boolean everywhere, boolean loopback, List<String> addresses, Set<Integer> otherPorts) {

    /** Returns whether a connection to this address of the container reaches the listener. */
    boolean at(String address) {
        return everywhere || addresses.contains(address);
    }

    boolean anywhere() {
        return everywhere || loopback || !addresses.isEmpty();
    }

    /** Parses the script's output. */
    static Listening parse(String output) {
        boolean gone = false;
        boolean everywhere = false;
        boolean loopback = false;
        List<String> addresses = new ArrayList<>();
        Set<Integer> otherPorts = new TreeSet<>();
        for (String line : output.lines().toList()) {
            String[] words = line.strip().split(" ", -1);
            if (words[0].equals("gone")) {
                gone = true;
            } else if (words[0].equals("other") && words.length == 4) {
                otherPorts.add(HexFormat.fromHexDigits(words[3]));
            } else if (words.length == 3) {
                String address = words[1];
                if (address.matches("0+")) {
                    everywhere = true;
                } else if (address.matches("[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F")) {
                    loopback = true;
                } else {
                    addresses.add(readable(address));
                }
            }
        }
        return new Listening(gone, everywhere, loopback, List.copyOf(addresses), otherPorts);
    }

    /**
     * Formats an address. The kernel prints addresses in its own byte order, which is little-endian on all of Docker's platforms except
     * s390x.
     */
    private static String readable(String kernel) {
        String last = kernel.substring(kernel.length() - 8);
        List<String> bytes = new ArrayList<>();
        for (int i = 6; i >= 0; i -= 2) {
            bytes.add(String.valueOf(HexFormat.fromHexDigits(last.substring(i, i + 2))));
        }
        return String.join(".", bytes);
    }
}
