package io.nesteddocker.testing;

import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Examines TCP ports from outside of the programs that listen on them. */
public final class Sockets {

    private static final int PATIENCE_MILLIS = 5_000;

    /** The kernel blocks a local port for a minute after its connection to a destination has ended (TIME_WAIT); twice that is enough. */
    private static final Duration PATIENCE_FOR_A_LOCAL_PORT = Duration.ofMinutes(2);

    /** The pause before another try. Each try makes the kernel search all local ports, and hundreds of threads may try. */
    private static final int MILLIS_BEFORE_ANOTHER_TRY = 1_000;

    /** The state of a listening socket; see proc_pid_net(5). */
    private static final String LISTENING = "0A";

    private Sockets() {}

    /** Returns the TCP ports that have a listener in the daemon container's network, from the kernel's list. */
    public static Set<Integer> listeningIn(NestedDocker docker) {
        ExecResult list = docker.exec("sh", "-c", "cat /proc/net/tcp /proc/net/tcp6 2>/dev/null");
        Set<Integer> ports = new TreeSet<>();
        for (String line : list.stdout().split("\n")) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > 3 && fields[3].equals(LISTENING)) {
                ports.add(Integer.parseInt(fields[1].substring(fields[1].indexOf(':') + 1), 16));
            }
        }
        return ports;
    }

    /** Returns this machine's addresses other than loopback addresses. */
    public static List<InetAddress> otherAddressesOfThisMachine() {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Connects, and waits for a free local port if this machine has used all its local ports for that destination.
     *
     * @throws BindException if no local port becomes free within two minutes
     */
    public static Socket connect(InetSocketAddress address) throws IOException {
        long start = System.nanoTime();
        while (true) {
            Socket socket = new Socket();
            try {
                socket.connect(address);
                return socket;
            } catch (BindException e) {
                socket.close();
                if (System.nanoTime() - start > PATIENCE_FOR_A_LOCAL_PORT.toNanos()) {
                    throw e;
                }
                Eventually.sleep(MILLIS_BEFORE_ANOTHER_TRY);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }
    }

    /** Reads from a port to the end of the stream, and returns the text without surrounding white space. */
    public static String read(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }

    /** Returns whether a port accepts connections. */
    public static boolean accepts(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the answer of a port to a plain HTTP request for the engine's version, or an empty text if there is none. */
    public static String plainAnswer(int port) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write("GET /version HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
