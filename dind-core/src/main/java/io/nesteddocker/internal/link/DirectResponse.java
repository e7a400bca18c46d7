package io.nesteddocker.internal.link;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer on a connection of its own. Closing it, or its body, closes the connection at once.
 *
 * <p>Thread-safe for one reader and any number of closers.
 */
final class DirectResponse implements Response {

    private final HttpHead head;
    private final InputStream body;
    private final DaemonConnection connection;
    private final OpenConnections connections;
    private volatile @Nullable StdinFeeder feeder;
    private volatile boolean closed;

    DirectResponse(HttpHead head, InputStream body, DaemonConnection connection, OpenConnections connections) {
        this.head = head;
        this.body = new Body(body);
        this.connection = connection;
        this.connections = connections;
    }

    /** Sends standard input along in a thread of its own, until it or the response ends. */
    void feed(InputStream stdin, String path) {
        feeder = StdinFeeder.start(stdin, connection, path);
    }

    /** docker-java takes anything outside 200 to 299 for an error, so a switch of protocols becomes 200. */
    @Override
    public int getStatusCode() {
        return head.switchesProtocols() ? 200 : head.status();
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        return head.headers();
    }

    @Override
    public InputStream getBody() {
        return body;
    }

    @Override
    public void close() {
        closed = true;
        connections.remove(this);
        OpenConnections.closeQuietly(connection);
        StdinFeeder feeding = feeder;
        if (feeding != null) {
            feeding.stop();
        }
    }

    private final class Body extends FilterInputStream {

        Body(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            try {
                return ended(super.read());
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return ended(super.read(buffer, offset, length));
            } catch (IOException e) {
                throw explained(e);
            }
        }

        private int ended(int result) throws IOException {
            StdinFeeder feeding = feeder;
            if (result < 0 && feeding != null && feeding.failure() != null) {
                throw explained(new IOException("the connection was given up"));
            }
            return result;
        }

        /** When standard input could not be read, that is the story, not the connection that we closed for it. */
        private IOException explained(IOException e) {
            StdinFeeder feeding = feeder;
            IOException failure = feeding == null ? null : feeding.failure();
            if (failure == null || closed) {
                return e;
            }
            IOException explained = new IOException(
                    "Tried to send standard input to the process but reading it failed: " + failure.getMessage()
                            + ". Check the stream that was given.",
                    failure);
            explained.addSuppressed(e);
            return explained;
        }

        @Override
        public void close() {
            DirectResponse.this.close();
        }
    }
}
