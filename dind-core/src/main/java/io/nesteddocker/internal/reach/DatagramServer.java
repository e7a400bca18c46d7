package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives datagrams at one address of this machine and opens a stream for each sender, on which each datagram follows its length in two
 * bytes. Datagrams that can't be forwarded are dropped, as networks do. Thread-safe.
 */
final class DatagramServer implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(DatagramServer.class);

    private static final int MOST_BYTES = 65_535;

    /** The limit on datagrams that wait for a stream that is being opened or is slow. */
    private static final int MOST_WAITING = 256;

    private static final int MOST_SENDERS = 1024;

    /**
     * The time after which an idle sender is forgotten. Docker's proxy forgets a sender after 90 s; the kernel forgets one that got answers
     * after 120 s.
     */
    private static final Duration IDLE_TIME = Duration.ofMinutes(2);

    private final String name;
    private final DatagramChannel channel;
    private final Destination destination;
    private final Map<SocketAddress, Sender> senders = new ConcurrentHashMap<>();
    private volatile @Nullable Thread receiver;
    private volatile boolean closed;

    /** The destination of the datagrams. */
    @FunctionalInterface
    interface Destination {

        /** Opens a stream for one more sender. */
        DaemonConnection open() throws IOException;
    }

    private DatagramServer(String name, DatagramChannel channel, Destination destination) {
        this.name = name;
        this.channel = channel;
        this.destination = destination;
    }

    /** Opens a port and begins to receive. */
    static DatagramServer listen(String name, InetSocketAddress address, Destination destination) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                address.getAddress().getAddress().length == 4
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        try {
            channel.bind(address);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        DatagramServer server = new DatagramServer(name, channel, destination);
        server.receiver = Threads.start(name, server::receiveAll);
        return server;
    }

    /** Returns the port. */
    int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private void receiveAll() {
        ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
        while (!closed) {
            try {
                SocketAddress from = channel.receive(buffer.clear());
                if (from != null) {
                    byte[] datagram = new byte[buffer.flip().remaining()];
                    buffer.get(datagram);
                    take(from, datagram);
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.debug("{} could not receive a datagram: {}", name, e.getMessage());
            }
        }
    }

    private void take(SocketAddress from, byte[] datagram) {
        Sender sender = senders.get(from);
        if (sender == null) {
            if (senders.size() >= MOST_SENDERS) {
                forgetTheOldest();
            }
            sender = new Sender(from);
            senders.put(from, sender);
            Threads.start(name + " out", sender::forward);
        }
        if (!sender.waiting.offer(datagram)) {
            LOG.debug("{} dropped a datagram, because {} others wait", name, MOST_WAITING);
        }
    }

    private void forgetTheOldest() {
        senders.values().stream()
                .min(Comparator.comparingLong(sender -> sender.lastUse.get()))
                .ifPresent(sender -> {
                    senders.remove(sender.address, sender);
                    sender.end();
                });
    }

    /**
     * Forgets all senders and stops receiving. Waits for the receiving thread, because the kernel keeps the port while a thread receives.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        channel.close();
        senders.values().forEach(Sender::end);
        Thread receiving = receiver;
        if (receiving != null) {
            Threads.awaitEnd(receiving);
        }
    }

    private final class Sender {

        private final SocketAddress address;
        private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
        private final AtomicLong lastUse = new AtomicLong(System.nanoTime());
        private volatile boolean over;

        Sender(SocketAddress address) {
            this.address = address;
        }

        void end() {
            over = true;
            waiting.clear();
            // An empty array wakes the thread that waits for a datagram; a real empty datagram would do no harm either.
            waiting.offer(new byte[0]);
        }

        void forward() {
            try (DaemonConnection stream = destination.open()) {
                Threads.start(name + " in", () -> answer(stream));
                while (!over && !closed) {
                    byte[] datagram = waiting.poll(IDLE_TIME.toMillis(), TimeUnit.MILLISECONDS);
                    if (datagram != null && !over) {
                        send(stream, datagram);
                    } else if (System.nanoTime() - lastUse.get() >= IDLE_TIME.toNanos()) {
                        return;
                    }
                }
            } catch (IOException e) {
                LOG.debug("{} lost the stream of {}: {}", name, address, e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                over = true;
                senders.remove(address, this);
            }
        }

        private void send(DaemonConnection stream, byte[] datagram) throws IOException {
            lastUse.set(System.nanoTime());
            byte[] framed = ByteBuffer.allocate(Short.BYTES + datagram.length)
                    .putShort((short) datagram.length)
                    .put(datagram)
                    .array();
            stream.output().write(framed);
            stream.output().flush();
        }

        private void answer(DaemonConnection stream) {
            try {
                DataInputStream input = new DataInputStream(stream.input());
                while (!over) {
                    byte[] datagram = new byte[input.readUnsignedShort()];
                    input.readFully(datagram);
                    lastUse.set(System.nanoTime());
                    channel.send(ByteBuffer.wrap(datagram), address);
                }
            } catch (EOFException | ClosedChannelException e) {
                LOG.trace("{} is done with {}", name, address, e);
            } catch (IOException e) {
                LOG.debug("{} gets no more answers for {}: {}", name, address, e.getMessage());
            } finally {
                end();
                Quietly.close(stream);
            }
        }
    }
}
