package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on this machine and joins each connection with a stream to another place. Thread-safe. */
final class StreamServer implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamServer.class);

    private final String name;
    private final ServerSocketChannel listener;
    private final Destination destination;
    private final List<Thread> acceptors = new CopyOnWriteArrayList<>();
    private final Set<DaemonConnection> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** The destination of the connections. */
    interface Destination {

        /** Opens a stream to the other end. */
        DaemonConnection open() throws IOException;

        /** Tells a client that no stream could be opened, if its protocol allows that. */
        void refuse(SocketChannel client, IOException reason) throws IOException;
    }

    private volatile @Nullable ServerSocketChannel secondListener;

    private StreamServer(String name, ServerSocketChannel listener, Destination destination) {
        this.name = name;
        this.listener = listener;
        this.destination = destination;
    }

    /** Opens a listener at the address. */
    static StreamServer listen(String name, SocketAddress address, Destination destination) throws IOException {
        ServerSocketChannel listener = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            listener.bind(address, 512);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
        StreamServer server = new StreamServer(name, listener, destination);
        server.acceptors.add(Threads.start(name, () -> server.acceptAll(listener)));
        return server;
    }

    /**
     * Listens at the same port of another address, too.
     *
     * @return false if the port is taken there, or if this machine or this JVM has no such address
     */
    boolean listenAlsoAt(InetAddress address) throws IOException {
        int port = ((InetSocketAddress) address()).getPort();
        ServerSocketChannel more = ServerSocketChannel.open();
        try {
            more.bind(new InetSocketAddress(address, port), 512);
        } catch (IOException | UnsupportedAddressTypeException e) {
            LOG.debug("{} does not listen on {} too: {}", name, address, e.toString());
            more.close();
            return false;
        }
        secondListener = more;
        if (closed) {
            more.close();
        }
        acceptors.add(Threads.start(name, () -> acceptAll(more)));
        return true;
    }

    /** Returns the address at which this server listens. */
    SocketAddress address() throws IOException {
        return listener.getLocalAddress();
    }

    private void acceptAll(ServerSocketChannel from) {
        while (!closed) {
            try {
                SocketChannel client = from.accept();
                Threads.start(name + " connection", () -> serve(client));
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("{} could not take a connection: {}", name, e.getMessage());
                }
            }
        }
    }

    private void serve(SocketChannel client) {
        DaemonConnection near = DaemonConnection.over(client);
        open.add(near);
        try {
            if (client.getLocalAddress() instanceof InetSocketAddress) {
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            if (closed) {
                return;
            }
            DaemonConnection far = open(client);
            if (far != null) {
                open.add(far);
                Splice.run(name, near, far);
                open.remove(far);
            }
        } catch (IOException e) {
            LOG.debug("{} lost a connection: {}", name, e.getMessage());
        } finally {
            open.remove(near);
            Quietly.close(near);
        }
    }

    private @Nullable DaemonConnection open(SocketChannel client) throws IOException {
        try {
            return destination.open();
        } catch (IOException e) {
            LOG.debug("{} could not be joined", name, e);
            destination.refuse(client, e);
            return null;
        }
    }

    /**
     * Closes all connections and stops listening. Waits for the accepting threads, because the kernel keeps the port while a thread
     * accepts.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        ServerSocketChannel more = secondListener;
        if (more != null) {
            more.close();
        }
        open.forEach(Quietly::close);
        acceptors.forEach(Threads::awaitEnd);
    }
}
