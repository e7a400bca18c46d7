package io.nesteddocker.internal.inner;

import io.nesteddocker.internal.link.DaemonConnection;
import io.nesteddocker.internal.outer.ExecStreams;
import io.nesteddocker.internal.outer.ExecStreams.Started;
import io.nesteddocker.internal.outer.OuterContainers;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Byte streams into a daemon container: each is a small script there that joins its standard input and output to a socket.
 *
 * <p>A process that was started with exec outlives the connection to it. Most relays end with their input; one whose other side goes
 * on talking is told to by a second command. Thread-safe.
 */
public final class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final List<String> COMMAND = List.of(
            "/bin/sh", "-c", Scripts.text("relay.sh"), "relay", Scripts.text("relay.pl"), Scripts.text("relay.py"));
    private static final Pattern STANDS = Pattern.compile("relay (\\d+) ([a-z]+)");

    private final OuterContainers containers;
    private final String containerId;
    private final RelayEnds ends;

    /** Relays in the given container. */
    public Relay(OuterContainers containers, String containerId) {
        this.containers = containers;
        this.containerId = containerId;
        ends = new RelayEnds(containers, containerId);
    }

    /**
     * A relay that stands.
     *
     * @param connection the stream; closing it ends the relay
     * @param kind the program that does the work: {@code perl}, {@code docker}, or {@code tls} for a TLS port behind it
     */
    record Stream(DaemonConnection connection, String kind) {}

    /** Starts a relay with a command in front of its own, which may be empty. */
    Stream open(List<String> prefix, String... target) throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(COMMAND);
        command.addAll(List.of(target));
        ExecStreams streams = containers.execStreams();
        Started started = streams.start(containerId, command, List.of(ends.mark()));
        Matcher stands = STANDS.matcher(started.firstStderrLine());
        if (!stands.matches()) {
            close(started.connection());
            String said = started.firstStderrLine().strip();
            throw new IOException(said.isEmpty() ? "the relay in the daemon container ended without a word" : said);
        }
        return new Stream(ending(started.connection(), stands.group(1)), stands.group(2));
    }

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

    private static void close(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("Closing a relay failed", e);
        }
    }
}
