package io.nesteddocker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds port numbers that are free on this machine. They are outside of the ranges from which the kernel, engines, daemons and routes take
 * numbers, so none of these takes such a number between the check and its use.
 */
public final class FreePort {

    private static final int FIRST = 3_000;
    private static final int LAST = 9_999;
    private static final int MOST_ATTEMPTS = 1_000;

    private FreePort() {}

    /** Returns a number that no TCP server uses. */
    public static int tcp() {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            int port = random();
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No free port was found.");
    }

    /** Returns a number that no UDP server uses. */
    public static int udp() {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            int port = random();
            try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getByName("127.0.0.1"))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                continue;
            }
        }
        throw new IllegalStateException("No free port was found.");
    }

    /** Returns whether no TCP server uses a number. */
    public static boolean isFree(int port) {
        for (String address : new String[] {"127.0.0.1", "::1"}) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(address))) {
                socket.getLocalPort();
            } catch (java.net.BindException e) {
                // A machine without IPv6 has no ::1, so no program uses the port there.
                if (!String.valueOf(e.getMessage()).contains("assign")) {
                    return false;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return true;
    }

    private static int random() {
        return ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
    }
}
