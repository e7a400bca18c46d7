package io.nesteddocker.internal.relay;

import io.nesteddocker.ExecResult;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.exec.ExecStreams.Started;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.outer.OuterContainers;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens byte streams into a daemon container, where a small program joins its standard input and output to sockets, and reads files.
 *
 * <p>One process carries all streams of a daemon, in whichever network their sockets are. It starts when the first stream is opened or the
 * first file is read. Thread-safe.
 */
public final class Relay implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /** The program's first line, which names the version of the frames. */
    private static final String STANDS = "relay 1";

    /** What C libraries report if a file does not exist, or if the file's process has ended. */
    private static final List<String> NO_FILE = List.of("No such file or directory", "No such process");

    private static final String CLOSED = "the daemon was closed";
    private static final int LONGEST_REASON = 1000;

    /** A carrier may happen to end just when it is chosen, but hardly three times. */
    private static final int MOST_ATTEMPTS = 3;

    private final OuterContainers containers;
    private final String containerId;
    private final List<String> command;
    private final Optional<String> obstacle;
    private final ReentrantLock starting = new ReentrantLock();
    private volatile @Nullable Multiplexer carrier;
    private volatile boolean closed;

    /**
     * Makes a relay into a container; its process is not started yet.
     *
     * @param folder the folder of the program in the container
     * @param obstacle the reason why the program is not in the container, if it isn't
     */
    public Relay(OuterContainers containers, String containerId, String folder, Optional<String> obstacle) {
        this.containers = containers;
        this.containerId = containerId;
        this.obstacle = obstacle;
        command = List.of(folder + "/" + RelayProgram.NAME);
    }

    /** Returns the containers of the engine that hosts the daemon container. */
    public OuterContainers containers() {
        return containers;
    }

    /** Returns the daemon container's ID. */
    public String containerId() {
        return containerId;
    }

    /** Returns the reason why no stream can be opened, if there is one. */
    public Optional<String> obstacle() {
        return obstacle;
    }

    /**
     * Opens a stream to a Unix socket in the daemon container; closing the stream closes the relay's connection to the socket.
     *
     * @throws IOException if it can't be opened; the message says why
     */
    public DaemonConnection toSocket(String path) throws IOException {
        return open("socket", path);
    }

    /**
     * Opens a stream to a TCP port that the daemon container can reach.
     *
     * @throws IOException if it can't be opened; the message says why
     */
    public DaemonConnection toPort(String address, int port) throws IOException {
        return open("tcp", address, String.valueOf(port));
    }

    /**
     * Opens a stream to a UDP port that the daemon container can reach; on the stream, each datagram follows its length in two bytes.
     *
     * @throws IOException if it can't be opened; the message says why
     */
    public DaemonConnection toDatagramPort(String address, int port) throws IOException {
        return open("udp", address, String.valueOf(port));
    }

    /**
     * Opens a stream to a TCP port in the network of a process in the daemon container.
     *
     * @throws IOException if it can't be opened; the message says why
     */
    public DaemonConnection toPortInside(long pid, String address, int port) throws IOException {
        return open("inside", String.valueOf(pid), address, String.valueOf(port));
    }

    /**
     * Returns the first lines of a file in the daemon container, up to the first one that is not wanted, or no lines if there is no such
     * file. If the container does not have the relay's program, the command {@code cat} reads the file.
     *
     * @throws IOException if the file can't be read; the message gives the reason
     */
    public List<String> readLinesWhile(String path, Predicate<String> wanted) throws IOException {
        try {
            if (obstacle.isPresent()) {
                return readByCommand(path).lines().takeWhile(wanted).toList();
            }
            try (DaemonConnection file = open("file", path);
                    BufferedReader reader =
                            new BufferedReader(new InputStreamReader(file.input(), StandardCharsets.UTF_8))) {
                List<String> lines = new ArrayList<>();
                for (String line = reader.readLine(); line != null && wanted.test(line); line = reader.readLine()) {
                    lines.add(line);
                }
                return lines;
            }
        } catch (IOException e) {
            if (NO_FILE.contains(String.valueOf(e.getMessage()))) {
                return List.of();
            }
            throw e;
        }
    }

    private String readByCommand(String path) throws IOException {
        try {
            ExecResult result = containers.exec(containerId, List.of("cat", path));
            if (result.exitCode() != 0) {
                String reason = (result.stderr().isBlank() ? result.stdout() : result.stderr()).strip();
                // Like "cat: FILE: REASON", or "cat: can't open 'FILE': REASON".
                throw new IOException(
                        reason.startsWith("cat: ") ? reason.substring(reason.lastIndexOf(": ") + 2) : reason);
            }
            return result.stdout();
        } catch (InterruptedException e) {
            throw Threads.interrupted(e);
        }
    }

    private DaemonConnection open(String... target) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Multiplexer current = current();
            try {
                return current.open(List.of(target));
            } catch (IOException e) {
                if (current.isOpen() || closed || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                LOG.debug("The relay in {} ended while a stream was opened: {}", containerId, e.getMessage());
            }
        }
    }

    /** Returns the open carrier; the first thread that finds none starts one. */
    private Multiplexer current() throws IOException {
        Multiplexer known = carrier;
        if (known != null && known.isOpen()) {
            return known;
        }
        try {
            starting.lockInterruptibly();
        } catch (InterruptedException e) {
            throw Threads.interrupted(e);
        }
        try {
            known = carrier;
            if (known != null && known.isOpen()) {
                return known;
            }
            if (closed) {
                throw new IOException(CLOSED);
            }
            Multiplexer fresh = Multiplexer.over("nested-docker-relay", start());
            carrier = fresh;
            if (closed) {
                fresh.close();
                throw new IOException(CLOSED);
            }
            return fresh;
        } finally {
            starting.unlock();
        }
    }

    private DaemonConnection start() throws IOException {
        if (obstacle.isPresent()) {
            throw new IOException(obstacle.get());
        }
        Started started = containers.execStreams().start(containerId, command);
        String said = started.firstStderrLine().strip();
        if (!said.equals(STANDS)) {
            String reason = said.isEmpty() ? reasonOfTheEngine(started.connection()) : said;
            Quietly.close(started.connection());
            throw new IOException(
                    reason.isEmpty()
                            ? "the relay in the daemon container ended without a message"
                            : "the relay in the daemon container did not start: " + reason);
        }
        return started.connection();
    }

    /** An engine that can't run a command writes the reason to the command's standard output, and ends it. */
    private static String reasonOfTheEngine(DaemonConnection ended) {
        try {
            return new String(ended.input().readNBytes(LONGEST_REASON), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Ends all streams, and the process. */
    @Override
    public void close() {
        closed = true;
        Multiplexer known = carrier;
        if (known != null) {
            known.close();
        }
    }
}
