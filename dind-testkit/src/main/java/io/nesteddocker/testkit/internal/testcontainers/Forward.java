package io.nesteddocker.testkit.internal.testcontainers;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of this machine that forwards connections to another address. It supports half-closed connections. If a connection can't be
 * forwarded, the client's connection is reset, as at a port where nothing listens. Thread-safe.
 */
final class Forward implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Forward.class);

    private static final int BACKLOG = 128;
    private static final int CONNECT_MILLIS = 10_000;

    private final int innerPort;
    private final ServerSocket listener;
    private final Supplier<InetSocketAddress> askAgain;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile InetSocketAddress target;

    private Forward(int innerPort, InetSocketAddress target, Supplier<InetSocketAddress> askAgain) throws IOException {
        this.innerPort = innerPort;
        this.target = target;
        this.askAgain = askAgain;
        listener = new ServerSocket(0, BACKLOG, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    /** Begins to listen on a free port. If the target does not answer, {@code askAgain} supplies its present address. */
    static Forward listen(int innerPort, InetSocketAddress target, Supplier<InetSocketAddress> askAgain)
            throws IOException {
        Forward forward = new Forward(innerPort, target, askAgain);
        forward.inThread(forward::accept);
        return forward;
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() {
        closeQuietly(listener);
        open.forEach(Forward::closeQuietly);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                inThread(() -> carry(client));
            } catch (IOException e) {
                LOG.debug("The port {} for {} accepts no more: {}", port(), innerPort, e.getMessage());
            }
        }
    }

    private void carry(Socket client) {
        try (Socket server = connect()) {
            open.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread back = inThread(() -> pump(server, client));
            pump(client, server);
            back.join();
            open.remove(server);
            closeQuietly(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.debug("A connection to port {} was refused: {}", innerPort, e.getMessage());
            reset(client);
        } finally {
            open.remove(client);
        }
    }

    private Socket connect() throws IOException {
        try {
            return connect(target);
        } catch (IOException e) {
            LOG.debug("{} does not answer, maybe because it has moved: {}", target, e.getMessage());
            target = askAgain.get();
            return connect(target);
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, CONNECT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Forwards one direction of a connection to its end, and then ends the output to the receiver. */
    private void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            LOG.debug("A connection to port {} broke off: {}", innerPort, e.getMessage());
            reset(from);
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            LOG.trace("It was closed already", e);
        }
        closeQuietly(socket);
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.debug("Could not close {}", closeable, e);
        }
    }

    private Thread inThread(Runnable work) {
        Thread thread = new Thread(work, "nested-docker-mapped-port " + innerPort);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
