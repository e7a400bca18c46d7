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
 * A byte stream to a daemon and back, over any transport.
 *
 * <p>Thread-safe for one reader, one writer, and any number of closers at once.
 * Closing ends a read or write that blocks in another thread.
 */
public final class DaemonConnection implements Closeable {

    private final InputStream input;
    private final OutputStream output;
    private final Closer outputCloser;
    private final Closer closer;
    private final IdleCheck idleCheck;

    /** Closes a connection, or only its output. */
    @FunctionalInterface
    public interface Closer {
        /** Closes it. */
        void close() throws IOException;
    }

    /** Checks whether a connection that no thread reads is still open and has no data to read. */
    @FunctionalInterface
    public interface IdleCheck {
        /** Returns almost at once; an exception means that the connection is not idle. */
        boolean isIdle() throws IOException;
    }

    private DaemonConnection(
            InputStream input, OutputStream output, Closer halfCloser, Closer closer, IdleCheck idleCheck) {
        this.input = input;
        this.output = output;
        this.outputCloser = halfCloser;
        this.closer = closer;
        this.idleCheck = idleCheck;
    }

    /**
     * Makes a connection from its parts.
     *
     * @param halfCloser closes the output
     * @param closer closes both directions, and so ends a read that blocks
     * @param idleCheck checks whether the connection is open and has no data to read
     */
    public static DaemonConnection of(
            InputStream input, OutputStream output, Closer halfCloser, Closer closer, IdleCheck idleCheck) {
        return new DaemonConnection(input, output, halfCloser, closer, idleCheck);
    }

    /** Makes a connection from a connected channel. */
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
     * Makes a connection from a connected socket.
     *
     * @param socket the socket to read from and write to, perhaps a TLS layer
     * @param carrier the socket below the TLS layer, or {@code socket} itself if there is none
     */
    static DaemonConnection over(Socket socket, Socket carrier) throws IOException {
        return new DaemonConnection(
                socket.getInputStream(),
                socket.getOutputStream(),
                socket::shutdownOutput,
                () -> {
                    // Close the carrier first: closing a TLS layer waits for a lock that a blocked writer may hold.
                    try (socket) {
                        carrier.close();
                    }
                },
                () -> isIdle(socket, carrier));
    }

    /** Waits for one millisecond, the shortest time-out of a socket. */
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

    /** Returns the stream from the daemon. */
    public InputStream input() {
        return input;
    }

    /** Returns the stream to the daemon. */
    public OutputStream output() {
        return output;
    }

    /**
     * Closes the output; the input can still be read.
     *
     * <p>Over TLS this sends a {@code close_notify}, which closes only one direction since JDK 11.
     */
    public void closeOutput() throws IOException {
        outputCloser.close();
    }

    @Override
    public void close() throws IOException {
        closer.close();
    }

    /** Returns whether the connection is open and no unrequested data has arrived; no other thread may be reading it. */
    public boolean isIdle() {
        try {
            return idleCheck.isIdle();
        } catch (IOException e) {
            return false;
        }
    }

    /** Replaces {@code Channels.newInputStream}, which shares a lock with the output side, so that a waiting read would block a write. */
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
