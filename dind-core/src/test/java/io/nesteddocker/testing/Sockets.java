package io.nesteddocker.testing;

import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Looks at TCP ports from outside the programs that own them. */
public final class Sockets {

    private static final int PATIENCE_MILLIS = 5_000;

    /** The state of a listening socket, see proc_pid_net(5). */
    private static final String LISTENING = "0A";

    private Sockets() {}

    /** The TCP ports on which anything in the daemon container's network listens, by the kernel's own list. */
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

    /** This machine's addresses other than the loopback one. */
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

    /** What comes from a port until its end, without white space around it. */
    public static String read(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }

    /** Whether somebody accepts connections there. */
    public static boolean accepts(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What a port answers to a plain HTTP request for the engine's version; empty where it hangs up. */
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
