package io.nesteddocker.internal.link;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All connections that were opened since the last reset: docker-java's pool, and those outside it.
 *
 * <p>Thread-safe.
 */
final class OpenConnections implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

    private final DockerHttpClient pool;
    private final Set<Closeable> outsidePool = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    OpenConnections(DaemonDialer dialer) {
        ZerodepDockerHttpClient.Builder builder = new ZerodepDockerHttpClient.Builder()
                .dockerHost(dialer.uri())
                .connectionTimeout(DaemonDialer.CONNECT_TIMEOUT);
        // No response timeout: "events", "wait" and "logs" are silent for as long as nothing happens.
        SSLContext tls = dialer.tls();
        pool = (tls == null ? builder : builder.sslConfig(() -> tls)).build();
    }

    DockerHttpClient pool() {
        return pool;
    }

    boolean isClosed() {
        return closed;
    }

    /** Sees to it that the connection is closed when all are. */
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
        closeQuietly(pool);
        outsidePool.forEach(OpenConnections::closeQuietly);
        outsidePool.clear();
    }

    static void closeQuietly(@Nullable Closeable connection) {
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (IOException e) {
            // It is given up anyway, and the other side may have closed it long ago.
            LOG.debug("Closing a connection to a Docker daemon failed", e);
        }
    }
}
