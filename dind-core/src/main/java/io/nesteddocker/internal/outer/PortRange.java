package io.nesteddocker.internal.outer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses the numbers from which an inner engine takes those that the user leaves to it, if they are to be the same on this machine. The
 * range that kernels and engines begin with is shared by all of them, so the first number would be taken already.
 */
final class PortRange {

    /** The kernel's setting for it, which the engine reads. */
    static final String SETTING = "net.ipv4.ip_local_port_range";

    /** Above the numbers that services are known by, and below those of routes and of the kernel's own range. */
    private static final int FIRST = 10_000;

    private static final int LAST = 19_999;
    private static final int LAST_FIRST = 15_000;

    /** An engine gives out the first numbers first; the others are for connections of the daemon container, too. */
    private static final int CHECKED = 20;

    private static final int MOST_ATTEMPTS = 50;

    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private PortRange() {}

    /** A range whose first numbers are free on this machine, as the kernel takes it. */
    static String free() {
        int first = random();
        for (int attempt = 1; attempt < MOST_ATTEMPTS && !isFree(first); attempt++) {
            first = random();
        }
        return first + " " + LAST;
    }

    private static int random() {
        return ThreadLocalRandom.current().nextInt(FIRST, LAST_FIRST + 1);
    }

    private static boolean isFree(int first) {
        for (int port = first; port < first + CHECKED; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByAddress(LOOPBACK))) {
                socket.getLocalPort();
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
