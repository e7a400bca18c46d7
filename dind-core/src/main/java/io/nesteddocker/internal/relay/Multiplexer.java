package io.nesteddocker.internal.relay;

import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.relay.Frame.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries many byte streams on one connection, the carrier, at whose other end a relay joins each stream with a socket.
 *
 * <p>Two threads serve all streams. The thread that reads never waits for a stream or for the thread that writes, so a stream without a
 * reader does not hold up the others. Thread-safe.
 */
final class Multiplexer implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Multiplexer.class);

    /** The longest time that a connection to a port may take. */
    private static final Duration OPEN_PATIENCE = Duration.ofSeconds(10);

    private static final String OVER = "the relay in the daemon container has ended";

    private final DaemonConnection carrier;
    private final Outbox outbox = new Outbox();
    private final Map<Integer, MultiplexedStream> streams = new ConcurrentHashMap<>();
    private final AtomicInteger lastNumber = new AtomicInteger();
    private volatile @Nullable String over;

    private Multiplexer(DaemonConnection carrier) {
        this.carrier = carrier;
    }

    /**
     * Makes a multiplexer of a connection to a relay.
     *
     * @param name the name of its threads
     */
    static Multiplexer over(String name, DaemonConnection carrier) {
        Multiplexer multiplexer = new Multiplexer(carrier);
        Threads.start(name + " in", multiplexer::readAll);
        Threads.start(name + " out", multiplexer::writeAll);
        return multiplexer;
    }

    /**
     * Opens one more stream.
     *
     * @param target the stream's target, in the words of the relay
     * @throws IOException if it can't be opened; the message says why
     */
    DaemonConnection open(List<String> target) throws IOException {
        int number = lastNumber.incrementAndGet();
        MultiplexedStream stream = new MultiplexedStream(number, outbox, () -> streams.remove(number));
        streams.put(number, stream);
        if (over != null) {
            stream.fail(OVER);
        }
        return stream.open(String.join("\0", target).getBytes(StandardCharsets.UTF_8), OPEN_PATIENCE);
    }

    /** Returns whether the carrier is open. */
    boolean isOpen() {
        return over == null;
    }

    /** Returns whether all streams have ended. */
    boolean isIdle() {
        return streams.isEmpty();
    }

    private void readAll() {
        String reason = OVER;
        try {
            Frame frame;
            while ((frame = Frame.read(carrier.input())) != null) {
                MultiplexedStream stream = streams.get(frame.stream());
                if (stream != null) {
                    stream.take(frame);
                }
            }
        } catch (IOException e) {
            reason = OVER + ": " + e.getMessage();
        }
        end(reason);
    }

    private void writeAll() {
        try {
            outbox.writeTo(carrier.output());
            // Frames that have been read meanwhile belong to streams that are given up.
            end(OVER);
        } catch (IOException e) {
            end(OVER + ": " + e.getMessage());
        }
    }

    private void end(String reason) {
        if (over == null) {
            LOG.debug("A carrier of streams has ended: {}", reason);
        }
        over = reason;
        outbox.finish();
        Quietly.close(carrier);
        streams.values().forEach(stream -> stream.fail(reason));
    }

    /** Ends all streams, and the relay. */
    @Override
    public void close() {
        over = OVER;
        outbox.put(Frame.encode(0, Kind.CLOSE));
        outbox.finish();
    }
}
