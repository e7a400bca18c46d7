package io.nesteddocker.internal.reach;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The listeners at a port, in the network of a container.
 *
 * @param everywhere whether something listens at the port on all addresses
 * @param loopback whether something listens at the port on the container's loopback address
 * @param addresses the other IPv4 addresses on which something listens at the port
 * @param otherPorts the other ports at which something listens
 */
record Listening(boolean everywhere, boolean loopback, List<String> addresses, Set<Integer> otherPorts) {

    /** The state of a listener in the kernel's tables; see proc_pid_net(5). */
    private static final String LISTENS = "0A";

    /** A listener that accepts connections to all addresses. */
    static final Listening EVERYWHERE = new Listening(true, false, List.of(), Set.of());

    /** Returns whether a connection to this address of the container reaches the listener. */
    boolean at(String address) {
        return everywhere || addresses.contains(address);
    }

    boolean anywhere() {
        return everywhere || loopback || !addresses.isEmpty();
    }

    /** Parses the lines of the kernel's tables {@code tcp} and {@code tcp6}. */
    static Listening parse(String tables, int port) {
        boolean everywhere = false;
        boolean loopback = false;
        List<String> addresses = new ArrayList<>();
        Set<Integer> otherPorts = new TreeSet<>();
        for (String line : tables.lines().toList()) {
            String[] words = line.strip().split("\\s+", -1);
            if (words.length > 3 && words[3].equals(LISTENS)) {
                String[] local = words[1].split(":", -1);
                int itsPort = HexFormat.fromHexDigits(local[1]);
                if (itsPort != port) {
                    otherPorts.add(itsPort);
                } else if (local[0].matches("0+")) {
                    everywhere = true;
                } else if (local[0].matches("[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F")) {
                    loopback = true;
                } else {
                    addresses.add(readable(local[0]));
                }
            }
        }
        return new Listening(everywhere, loopback, List.copyOf(addresses), otherPorts);
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
