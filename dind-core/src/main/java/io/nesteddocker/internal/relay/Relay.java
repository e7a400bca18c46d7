package io.nesteddocker.internal.relay;

import io.nesteddocker.internal.Scripts;
import io.nesteddocker.internal.link.DaemonConnection;
import io.nesteddocker.internal.link.Quietly;
import io.nesteddocker.internal.outer.ExecStreams;
import io.nesteddocker.internal.outer.ExecStreams.Started;
import io.nesteddocker.internal.outer.OuterContainers;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Byte streams into a daemon container: a small script there joins standard input and output to sockets.
 *
 * <p>Where the image has a program that can, one command carries all streams that begin in one network of the container. Elsewhere each
 * stream is a command of its own. Thread-safe.
 */
public final class Relay implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final List<String> COMMAND = List.of(
            "/bin/sh", "-c", Scripts.text("relay.sh"), "relay", Scripts.text("relay.pl"), Scripts.text("relay.py"));
    private static final Pattern STANDS = Pattern.compile("relay (\\d+) ([a-z]+)");
    private static final String MANY = "many";

    /** A carrier may end in the moment in which it is chosen; that a new one does so too is no accident. */
    private static final int MOST_ATTEMPTS = 3;

    private final OuterContainers containers;
    private final String containerId;
    private final RelayEnds ends;
    private final ReentrantLock starting = new ReentrantLock();
    private final Map<List<String>, Multiplexer> carriers = new ConcurrentHashMap<>();
    private volatile boolean oneStreamEach;
    private volatile boolean closed;

    /** Relays in the given container. */
    public Relay(OuterContainers containers, String containerId) {
        this.containers = containers;
        this.containerId = containerId;
        ends = new RelayEnds(containers, containerId);
    }

    /**
     * A relay that stands.
     *
     * @param connection the stream; closing it ends the relay's part in it
     * @param kind the program that does the work: {@code many}, {@code docker}, or {@code tls} for a TLS port behind it
     */
    public record Stream(DaemonConnection connection, String kind) {}

    /**
     * Opens a stream from the daemon container's own network.
     *
     * @param target where it leads, as the script takes it
     * @throws IOException if it can't be opened; the message says why
     */
    public Stream open(String... target) throws IOException {
        return open(List.of(), List.of(target));
    }

    /** Opens a stream from the network of a process in the daemon container. */
    public Stream openBeside(long pid, String... target) throws IOException {
        return open(List.of("nsenter", "-t", String.valueOf(pid), "-n", "--"), List.of(target));
    }

    private Stream open(List<String> prefix, List<String> target) throws IOException {
        for (int attempt = 1; ; attempt++) {
            if (!isCarried(prefix)) {
                Optional<Stream> single = oneStreamEach ? Optional.of(start(prefix, target)) : begin(prefix, target);
                if (single.isPresent()) {
                    return single.get();
                }
            }
            Multiplexer carrier = carriers.get(prefix);
            try {
                if (carrier != null) {
                    return new Stream(carrier.open(target), MANY);
                }
            } catch (IOException e) {
                if (carrier.isOpen() || closed || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
                LOG.debug("A relay in {} ended while a stream was opened: {}", containerId, e.getMessage());
            }
        }
    }

    private boolean isCarried(List<String> prefix) {
        Multiplexer carrier = carriers.get(prefix);
        return carrier != null && carrier.isOpen();
    }

    /** Starts a carrier, unless another thread has done so; returns the stream itself where the relay is for one. */
    private Optional<Stream> begin(List<String> prefix, List<String> target) throws IOException {
        try {
            starting.lockInterruptibly();
        } catch (InterruptedException e) {
            throw Outbox.interrupted();
        }
        try {
            if (isCarried(prefix)) {
                return Optional.empty();
            }
            Stream started = start(prefix, target);
            if (!started.kind().equals(MANY)) {
                oneStreamEach = true;
                return Optional.of(started);
            }
            carry(prefix, started.connection());
            return Optional.empty();
        } finally {
            starting.unlock();
        }
    }

    private void carry(List<String> prefix, DaemonConnection carrier) throws IOException {
        Multiplexer fresh = Multiplexer.over("nested-docker-relay", carrier, () -> endIfBeside(prefix));
        carriers.put(prefix, fresh);
        if (closed) {
            fresh.close();
            throw new IOException("the daemon was closed");
        }
    }

    /** One that stands in the network of an inner container must not keep that network alive. */
    private void endIfBeside(List<String> prefix) {
        if (!prefix.isEmpty()) {
            carriers.computeIfPresent(prefix, (key, carrier) -> {
                if (!carrier.isIdle()) {
                    return carrier;
                }
                carrier.close();
                return null;
            });
        }
    }

    private Stream start(List<String> prefix, List<String> target) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(COMMAND);
        command.addAll(target);
        ExecStreams streams = containers.execStreams();
        Started started = streams.start(containerId, command, List.of(ends.mark()));
        Matcher stands = STANDS.matcher(started.firstStderrLine());
        if (!stands.matches()) {
            Quietly.close(started.connection());
            String said = started.firstStderrLine().strip();
            throw new IOException(said.isEmpty() ? "the relay in the daemon container ended without a word" : said);
        }
        String kind = stands.group(2);
        return new Stream(
                kind.equals(MANY) ? started.connection() : ending(started.connection(), stands.group(1)), kind);
    }

    /** Ends the relays that carry many streams; others end with their streams. */
    @Override
    public void close() {
        closed = true;
        carriers.values().forEach(Multiplexer::close);
    }

    /**
     * A command that was started with exec outlives the connection to it. Most relays end with their input; one whose other side goes on
     * talking is told to by a second command.
     */
    private DaemonConnection ending(DaemonConnection stream, String pid) {
        AtomicBoolean ended = new AtomicBoolean();
        InputStream input = new FilterInputStream(stream.input()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int count = super.read(buffer, offset, length);
                if (count < 0) {
                    ended.set(true);
                }
                return count;
            }
        };
        return DaemonConnection.of(
                input,
                stream.output(),
                stream::closeOutput,
                () -> {
                    stream.close();
                    if (ended.compareAndSet(false, true)) {
                        ends.add(pid);
                    }
                },
                stream::isQuiet);
    }
}
