package io.nesteddocker.internal.http;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.nesteddocker.internal.Quietly;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * All connections that were opened since the last reset: docker-java's pool, and those outside it.
 *
 * <p>A daemon behind a tunnel has no such pool, because docker-java can't connect to it. Opening a connection takes a message through all
 * levels and back, so free connections are kept here and used again. Each is checked before that: a connection that the daemon has closed
 * meanwhile is dropped.
 *
 * <p>Thread-safe.
 */
final class OpenConnections implements Closeable {

    /** The most that an engine puts into one frame. */
    private static final int INPUT_BUFFER = 32 * 1024;

    /** A limit, because each connection occupies a stream of the relay in the daemon container. */
    private static final int MOST_IDLE = 8;

    private final DaemonDialer dialer;
    private final @Nullable DockerHttpClient pool;
    private final Set<Closeable> outsidePool = ConcurrentHashMap.newKeySet();
    private final Deque<Carrier> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /**
     * A connection and the buffer of its input.
     *
     * @param used whether it has carried a request before
     */
    record Carrier(DaemonConnection connection, BufferedInputStream input, boolean used) {}

    OpenConnections(DaemonDialer dialer) {
        this.dialer = dialer;
        pool = dialer.reusesConnections() ? null : newPool(dialer);
    }

    private static DockerHttpClient newPool(DaemonDialer dialer) {
        ZerodepDockerHttpClient.Builder builder = new ZerodepDockerHttpClient.Builder()
                .dockerHost(dialer.uri())
                .connectionTimeout(DaemonDialer.CONNECT_TIMEOUT)
                // Zero means no limit: "events" is silent for as long as nothing happens. Without a value, the socket
                // would keep the time-out of the TLS handshake, which is the connection's.
                .responseTimeout(Duration.ZERO);
        SSLContext tls = dialer.tls();
        return (tls == null ? builder : builder.sslConfig(() -> tls)).build();
    }

    /** Returns docker-java's pool, which exists unless the daemon is behind a tunnel. */
    DockerHttpClient pool() {
        return Objects.requireNonNull(pool, "there is no pool for a tunnel");
    }

    /** Takes a free connection, or opens a new one; {@link #close} closes it too, unless it was removed before. */
    Carrier acquire() throws IOException {
        for (Carrier free = idle.pollFirst(); free != null; free = idle.pollFirst()) {
            if (free.input().available() == 0 && free.connection().isIdle()) {
                return free;
            }
            discard(free.connection());
        }
        return open();
    }

    /** Wraps a connection for a caller that uses it directly; closing the wrapper closes the connection. */
    DaemonConnection asConnection(Carrier carrier) {
        DaemonConnection below = carrier.connection();
        return DaemonConnection.of(
                carrier.input(),
                below.output(),
                below::closeOutput,
                () -> discard(below),
                () -> carrier.input().available() == 0 && below.isIdle());
    }

    /** Opens a new connection even if there is a free one. */
    Carrier open() throws IOException {
        DaemonConnection connection = dialer.dial();
        try {
            add(connection);
        } catch (IOException e) {
            Quietly.close(connection);
            throw e;
        }
        return new Carrier(connection, new BufferedInputStream(connection.input(), INPUT_BUFFER), false);
    }

    /** Keeps a connection whose answer has been read to its end. */
    void release(Closeable response, Carrier carrier) {
        outsidePool.add(carrier.connection());
        outsidePool.remove(response);
        idle.addFirst(new Carrier(carrier.connection(), carrier.input(), true));
        if (closed || idle.size() > MOST_IDLE) {
            Carrier surplus = idle.pollLast();
            if (surplus != null) {
                discard(surplus.connection());
            }
        }
    }

    /** Closes a connection and forgets it. */
    void discard(Closeable connection) {
        remove(connection);
        Quietly.close(connection);
    }

    boolean isClosed() {
        return closed;
    }

    /** Registers a connection, so that {@link #close} closes it too. */
    void add(Closeable connection) throws IOException {
        outsidePool.add(connection);
        if (closed) {
            connection.close();
            throw new ClosedChannelException();
        }
    }

    void remove(Closeable connection) {
        outsidePool.remove(connection);
    }

    @Override
    public void close() {
        closed = true;
        Quietly.close(pool);
        outsidePool.forEach(Quietly::close);
        outsidePool.clear();
        idle.clear();
    }
}
