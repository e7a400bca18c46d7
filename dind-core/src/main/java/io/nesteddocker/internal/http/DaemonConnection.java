package io.nesteddocker.internal.http;

import io.nesteddocker.internal.BlockInput;
import io.nesteddocker.internal.BlockOutput;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One byte stream to a daemon and back, whatever carries it.
 *
 * <p>Thread-safe for one reader, one writer, and any number of closers at once.
 * Closing ends a read or write that blocks in another thread.
 */
public final class DaemonConnection implements Closeable {

    private final InputStream input;
    private final OutputStream output;
    private final Closer halfCloser;
    private final Closer closer;
    private final IdleCheck idleCheck;

    /** A step of closing. */
    @FunctionalInterface
    public interface Closer {
        /** Takes it. */
        void close() throws IOException;
    }

    /** Tells whether a connection that nobody reads is still open and has nothing to say. */
    @FunctionalInterface
    public interface IdleCheck {
        /** Looks without waiting; an exception means no. */
        boolean isIdle() throws IOException;
    }

    private DaemonConnection(
            InputStream input, OutputStream output, Closer halfCloser, Closer closer, IdleCheck idleCheck) {
        this.input = input;
        this.output = output;
        this.halfCloser = halfCloser;
        this.closer = closer;
        this.idleCheck = idleCheck;
    }

    /**
     * Puts one together.
     *
     * @param halfCloser ends the output
     * @param closer ends everything, also a read that waits
     * @param idleCheck looks whether it is open and silent
     */
    public static DaemonConnection of(
            InputStream input, OutputStream output, Closer halfCloser, Closer closer, IdleCheck idleCheck) {
        return new DaemonConnection(input, output, halfCloser, closer, idleCheck);
    }

    /** Takes over a connected channel. */
    public static DaemonConnection over(SocketChannel channel) {
        return new DaemonConnection(
                new ChannelInput(channel),
                new ChannelOutput(channel),
                channel::shutdownOutput,
                channel::close,
                () -> isIdle(channel));
    }

    private static boolean isIdle(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(ByteBuffer.allocate(1)) == 0;
        } finally {
            channel.configureBlocking(true);
        }
    }

    /**
     * Takes over a connected socket.
     *
     * @param socket what to read from and write to, perhaps a TLS layer
     * @param carrier the socket below it; the same one if there is no layer
     */
    static DaemonConnection over(Socket socket, Socket carrier) throws IOException {
        return new DaemonConnection(
                socket.getInputStream(),
                socket.getOutputStream(),
                socket::shutdownOutput,
                () -> {
                    // The carrier goes first: closing a TLS layer waits for the lock of a writer that may be stuck.
                    try (socket) {
                        carrier.close();
                    }
                },
                () -> isIdle(socket, carrier));
    }

    /** A millisecond is the shortest wait that a socket knows. */
    private static boolean isIdle(Socket socket, Socket carrier) throws IOException {
        int usual = carrier.getSoTimeout();
        carrier.setSoTimeout(1);
        try {
            int unasked = socket.getInputStream().read();
            throw new ProtocolException(
                    unasked < 0 ? "the daemon closed the connection" : "the daemon sent data without a request");
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            carrier.setSoTimeout(usual);
        }
    }

    /** What the daemon sends. */
    public InputStream input() {
        return input;
    }

    /** What goes to the daemon. */
    public OutputStream output() {
        return output;
    }

    /**
     * Says that nothing more will be written; what the daemon still sends can be read.
     *
     * <p>Over TLS this is a {@code close_notify}. From JDK 11 on it closes one direction only.
     */
    public void closeOutput() throws IOException {
        halfCloser.close();
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }

    /** Whether it is open and nothing has come that was not asked for; only for a connection that nobody reads just now. */
    public boolean isIdle() {
        try {
            return idleCheck.isIdle();
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code Channels.newInputStream} shares a lock with the output side, so a waiting read would block a write. */
    private static final class ChannelInput extends BlockInput {

        private final SocketChannel channel;

        ChannelInput(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(buffer, offset, length));
        }
    }

    private static final class ChannelOutput extends BlockOutput {

        private final SocketChannel channel;

        ChannelOutput(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(buffer, offset, length);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }
}
