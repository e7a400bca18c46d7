package io.nesteddocker.internal.reach;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the kernel says of the listeners in a container's network.
 *
 * @param gone whether the container's first process has ended
 * @param everywhere whether something listens at the port on all addresses
 * @param loopback whether on the container's loopback address
 * @param addresses the single IPv4 addresses on which something listens besides
 * @param otherPorts where something listens instead
 */
record Listening(boolean gone, boolean everywhere, boolean loopback, List<String> addresses, Set<Integer> otherPorts) {

    /** Whether a packet for this address of the container finds the listener. */
    boolean at(String address) {
        return everywhere || addresses.contains(address);
    }

    boolean anywhere() {
        return everywhere || loopback || !addresses.isEmpty();
    }

    /** Reads what the script printed. */
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

    /** The kernel prints addresses as words of its own byte order, which is little-endian wherever Docker runs but on s390x. */
    private static String readable(String kernel) {
        String last = kernel.substring(kernel.length() - 8);
        List<String> bytes = new ArrayList<>();
        for (int i = 6; i >= 0; i -= 2) {
            bytes.add(String.valueOf(HexFormat.fromHexDigits(last.substring(i, i + 2))));
        }
        return String.join(".", bytes);
    }
}
