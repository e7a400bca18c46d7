package io.nesteddocker.internal.http;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.http.OpenConnections.Carrier;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The answer on a connection of its own. Closing the answer or its body closes the connection at once, unless it can be kept.
 *
 * <p>Thread-safe for one reader and any number of closers.
 */
final class DirectResponse implements Response {

    private final HttpHead head;
    private final Body body;
    private final Carrier carrier;
    private final OpenConnections connections;
    private final boolean keeps;
    private final boolean isWorthDraining;
    private final boolean hasNoBody;
    private final UnaryOperator<IOException> explanation;
    private final AtomicBoolean settled = new AtomicBoolean();

    /** The thread that usually reads and closes the body; if another thread does one of the two, the rest is not read. */
    private final Thread owner = Thread.currentThread();

    private volatile @Nullable StdinFeeder feeder;
    private volatile boolean closed;

    /**
     * Makes a response from an answer whose head has been read.
     *
     * @param keeps whether the connection can be used again once the body has been read to its end
     * @param isShort whether closing reads the rest of the body for this purpose
     * @param explanation turns an exception from reading the body into the one that the reader receives
     */
    DirectResponse(
            HttpHead head,
            InputStream body,
            Carrier carrier,
            OpenConnections connections,
            boolean keeps,
            boolean isShort,
            UnaryOperator<IOException> explanation) {
        this.head = head;
        this.body = new Body(body);
        hasNoBody = body == HttpHead.NO_BODY;
        this.carrier = carrier;
        this.connections = connections;
        this.keeps = keeps;
        this.isWorthDraining = isShort;
        this.explanation = explanation;
    }

    /** Sends standard input to the daemon on a thread of its own, until the input ends or the response is closed. */
    void feed(InputStream stdin, String path) {
        feeder = StdinFeeder.start(stdin, carrier.connection(), path);
    }

    /** Returns 200 for a switch of protocols, because docker-java treats every status outside 200 to 299 as an error. */
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
        if (keeps && Thread.currentThread() == owner && !body.isBeingRead()) {
            body.drain();
        }
        settle(false);
        StdinFeeder feeding = feeder;
        if (feeding != null) {
            feeding.stop();
        }
    }

    /** Keeps the connection or closes it; only the first call has an effect. */
    private void settle(boolean wholeAnswerRead) {
        if (!settled.compareAndSet(false, true)) {
            return;
        }
        if (wholeAnswerRead && keeps && !connections.isClosed()) {
            connections.release(this, carrier);
        } else {
            connections.remove(this);
            Quietly.close(carrier.connection());
        }
    }

    private final class Body extends FilterInputStream {

        private volatile boolean beingRead;

        Body(InputStream body) {
            super(body);
        }

        /** Returns whether another thread waits for bytes; if so, closing has to end its read. */
        boolean isBeingRead() {
            return beingRead;
        }

        private boolean endsWithoutWaiting() throws IOException {
            boolean complete = hasNoBody || (in instanceof FixedLengthBody body && body.isComplete());
            return isWorthDraining || complete || carrier.input().available() > 0;
        }

        /** Reads the rest, which for most answers is the end marker of the last chunk and has already arrived. */
        void drain() {
            try {
                int most = PooledResponse.MOST_BYTES_DRAINED;
                while (!settled.get() && most > 0 && endsWithoutWaiting()) {
                    int count = read(new byte[8 * 1024]);
                    most -= count < 0 ? most : count;
                }
            } catch (IOException e) {
                settle(false);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (keeps && settled.get()) {
                return -1;
            }
            beingRead = true;
            try {
                return ended(super.read(buffer, offset, length));
            } catch (IOException e) {
                throw explained(e);
            } finally {
                beingRead = false;
            }
        }

        private int ended(int result) throws IOException {
            StdinFeeder feeding = feeder;
            if (result < 0 && feeding != null && feeding.failure() != null) {
                throw explained(new IOException("the connection was given up"));
            }
            if (result < 0 && keeps) {
                settle(true);
            }
            return result;
        }

        /** If standard input could not be read, reports this failure and not the closed connection that resulted from it. */
        private IOException explained(IOException e) {
            StdinFeeder feeding = feeder;
            IOException failure = feeding == null ? null : feeding.failure();
            if (failure == null || closed) {
                return explanation.apply(e);
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
