package io.nesteddocker.internal.reach;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The listeners at a port, in the network of a container.
 *
 * @param everywhere whether something listens at the port on all addresses
 * @param addresses the addresses on which something listens at the port, if not on all
 * @param otherPorts the other ports at which something listens
 */
record Listening(boolean everywhere, List<String> addresses, Set<Integer> otherPorts) {

    /** The state of a listener in the kernel's tables; see proc_pid_net(5). */
    private static final String LISTENS = "0A";

    /** The states of connections that older kernels print between the listeners: half-open ones, and listeners that are being closed. */
    private static final Set<String> AMONG_LISTENERS = Set.of("03", "07");

    private static final int WORD = 4;

    /** A listener that accepts connections to all addresses. */
    static final Listening EVERYWHERE = new Listening(true, List.of(), Set.of());

    /** No listener at all. */
    static final Listening NOWHERE = new Listening(false, List.of(), Set.of());

    /** Returns whether a connection to this address of the container reaches the listener. */
    boolean at(String address) {
        return everywhere || addresses.contains(address);
    }

    boolean anywhere() {
        return everywhere || !addresses.isEmpty();
    }

    /**
     * Returns whether listeners can follow in the kernel's table after a line. The kernel prints its listeners before all connections (the
     * kernel's {@code Documentation/networking/proc_net_tcp.rst}).
     */
    static boolean isBeforeConnections(String line) {
        String[] words = wordsOf(line);
        return words[0].equals("sl") || isListener(words) || (words.length > 3 && AMONG_LISTENERS.contains(words[3]));
    }

    private static boolean isListener(String[] words) {
        return words.length > 3 && words[3].equals(LISTENS);
    }

    private static String[] wordsOf(String line) {
        return line.strip().split("\\s+", -1);
    }

    /** Parses lines of the kernel's tables {@code tcp} and {@code tcp6}. */
    static Listening parse(List<String> lines, int port) {
        boolean everywhere = false;
        List<String> addresses = new ArrayList<>();
        Set<Integer> otherPorts = new TreeSet<>();
        for (String line : lines) {
            String[] words = wordsOf(line);
            if (isListener(words)) {
                String[] local = words[1].split(":", -1);
                int itsPort = HexFormat.fromHexDigits(local[1]);
                InetAddress address = address(local[0]);
                if (itsPort != port) {
                    otherPorts.add(itsPort);
                } else if (address.isAnyLocalAddress()) {
                    everywhere = true;
                } else {
                    addresses.add(address.getHostAddress());
                }
            }
        }
        return new Listening(everywhere, List.copyOf(addresses), otherPorts);
    }

    /**
     * Parses an address. The kernel prints each four bytes as one number in its own byte order, which is little-endian on all of Docker's
     * platforms except s390x. An IPv4 address that is mapped to IPv6 becomes an IPv4 address.
     */
    private static InetAddress address(String kernel) {
        byte[] reversed = HexFormat.of().parseHex(kernel);
        byte[] bytes = new byte[reversed.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = reversed[i / WORD * WORD + WORD - 1 - i % WORD];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(kernel + " is not an address.", e);
        }
    }
}
