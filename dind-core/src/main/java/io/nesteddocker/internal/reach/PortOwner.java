package io.nesteddocker.internal.reach;

import io.nesteddocker.Endpoint.PublishedPort.Protocol;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the program that uses a port of this machine, if the kernel reveals it; only Linux does. */
final class PortOwner {

    private static final Logger LOG = LoggerFactory.getLogger(PortOwner.class);

    private static final Path PROC = Path.of("/proc");

    /** The columns of a kernel's table with the local address, the state, and the socket's inode. */
    private static final int LOCAL_ADDRESS = 1;

    private static final int STATE = 3;
    private static final int INODE = 9;

    /** The states of a listening socket, and of a datagram socket that is bound and not connected. Connections have other states. */
    private static final Set<String> UNCONNECTED_STATES = Set.of("0A", "07");

    /** {@code ::1} and {@code ::}, as the kernel prints them. */
    private static final Set<String> IPV6_LOOPBACK = Set.of("0".repeat(24) + "01000000", "0".repeat(32));

    private PortOwner() {}

    /** Returns the owner for messages: a program with its process ID, or "another program". */
    static String of(int port, Protocol protocol) {
        return of(port, protocol, address -> true);
    }

    /** Returns the owner of the port at ::1. A program that uses the port at all IPv6 addresses is such an owner, too. */
    static String atIpv6Loopback(int port, Protocol protocol) {
        return of(port, protocol, IPV6_LOOPBACK::contains);
    }

    private static String of(int port, Protocol protocol, Predicate<String> addresses) {
        try {
            Set<String> sockets = sockets(port, protocol, addresses);
            return process(sockets).orElse("another program");
        } catch (IOException | RuntimeException e) {
            LOG.debug("Could not find out who has port {}", port, e);
            return "another program";
        }
    }

    private static Set<String> sockets(int port, Protocol protocol, Predicate<String> addresses) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (String table : List.of(protocol.toString(), protocol + "6")) {
            Path file = PROC.resolve("net").resolve(table);
            if (Files.isReadable(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] columns = line.strip().split("\\s+", -1);
                    if (columns.length > INODE
                            && UNCONNECTED_STATES.contains(columns[STATE])
                            && columns[LOCAL_ADDRESS].endsWith(":" + hex(port))
                            && addresses.test(columns[LOCAL_ADDRESS].replaceFirst(":.*", ""))) {
                        sockets.add("socket:[" + columns[INODE] + "]");
                    }
                }
            }
        }
        return sockets;
    }

    private static String hex(int port) {
        return HexFormat.of().toHexDigits((short) port).toUpperCase(Locale.ROOT);
    }

    private static Optional<String> process(Set<String> sockets) throws IOException {
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                if (holdsOne(process, sockets)) {
                    String program = Files.readString(process.resolve("comm")).strip();
                    return Optional.of(program + " (process " + process.getFileName() + ")");
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Returns whether the process has one of the sockets open. The files of other users' processes can't be read, and a process may end
     * meanwhile.
     */
    private static boolean holdsOne(Path process, Set<String> sockets) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (sockets.contains(Files.readSymbolicLink(file).toString())) {
                    return true;
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.trace("{} can't be looked at", process, e);
        }
        return false;
    }
}
