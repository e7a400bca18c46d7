package io.nesteddocker.internal.outer;

import io.nesteddocker.internal.Loopback;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Chooses the range of the ports that an inner engine assigns, if ports are to have the same numbers on this machine. All kernels and
 * engines share one default range, so its first port would be taken already.
 */
final class PortRange {

    /** The kernel's setting for the range, which the engine reads. */
    static final String SETTING = "net.ipv4.ip_local_port_range";

    /** The range lies above the well-known ports of services, and below the ports of routes and the kernel's default range. */
    private static final int FIRST = 10_000;

    private static final int LAST = 19_999;
    private static final int LAST_FIRST = 15_000;

    /**
     * The number of ports to check. An engine assigns the first ports first; the other ports also serve connections of the daemon
     * container.
     */
    private static final int CHECKED = 20;

    private static final int MOST_ATTEMPTS = 50;

    private PortRange() {}

    /** Returns a range whose first ports are free on this machine, in the kernel's format. */
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
            try (ServerSocket socket = new ServerSocket(port, 1, Loopback.ipv4())) {
                socket.getLocalPort();
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }
}
