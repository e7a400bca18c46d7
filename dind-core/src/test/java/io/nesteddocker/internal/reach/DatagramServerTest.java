package io.nesteddocker.internal.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In these tests the far end is a TCP server of the test, so that the test can examine both ends of a stream. */
@Timeout(60)
class DatagramServerTest {

    private final BlockingQueue<Socket> streams = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init")
    private ServerSocket far;

    @SuppressWarnings("NullAway.Init")
    private DatagramServer server;

    @SuppressWarnings("NullAway.Init")
    private DatagramSocket client;

    @SuppressWarnings("NullAway.Init")
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        far = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
        Threads.start("far end", this::acceptAll);
        server = DatagramServer.listen(
                "test",
                new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                () -> DaemonConnection.over(SocketChannel.open(far.getLocalSocketAddress())));
        client = new DatagramSocket();
        address = new InetSocketAddress("127.0.0.1", server.port());
        client.setSoTimeout(10_000);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
        far.close();
    }

    @Test
    void aDatagramFollowsItsLength() throws Exception {
        send("hello");
        assertThat(stream().getInputStream().readNBytes(7)).containsExactly(0, 5, 'h', 'e', 'l', 'l', 'o');
    }

    @Test
    void anEmptyDatagramIsALengthAlone() throws Exception {
        send("");
        send("x");
        assertThat(stream().getInputStream().readNBytes(5)).containsExactly(0, 0, 0, 1, 'x');
    }

    @Test
    void anAnswerIsADatagramHoweverItsBytesArrive() throws Exception {
        send("hello");
        Socket stream = stream();
        for (byte piece : new byte[] {0, 2, 'o', 'k', 0, 1, '!'}) {
            stream.getOutputStream().write(piece);
            stream.getOutputStream().flush();
        }
        assertThat(receive()).isEqualTo("ok");
        assertThat(receive()).isEqualTo("!");
    }

    @Test
    void twoSendersHaveTwoStreams() throws Exception {
        send("one");
        Socket first = stream();
        try (DatagramSocket other = new DatagramSocket()) {
            other.send(new DatagramPacket(new byte[] {'2'}, 1, address));
            assertThat(stream().getInputStream().readNBytes(3)).containsExactly(0, 1, '2');
        }
        assertThat(first.getInputStream().readNBytes(5)).containsExactly(0, 3, 'o', 'n', 'e');
    }

    @Test
    void aSenderWhoseStreamEndedGetsAnother() throws Exception {
        send("one");
        stream().close();
        Socket next = null;
        while (next == null) {
            send("two");
            next = streams.poll(100, TimeUnit.MILLISECONDS);
        }
        assertThat(next.getInputStream().readNBytes(5)).containsExactly(0, 3, 't', 'w', 'o');
    }

    @Test
    void closingEndsTheStreamsAndFreesThePort() throws Exception {
        send("one");
        Socket stream = stream();
        int port = server.port();
        server.close();
        try (DatagramSocket again = new DatagramSocket(port, InetAddress.getByName("127.0.0.1"))) {
            assertThat(again.isBound()).isTrue();
        }
        assertThat(stream.getInputStream().readAllBytes()).hasSizeLessThanOrEqualTo(5);
    }

    private void send(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        client.send(new DatagramPacket(bytes, bytes.length, address));
    }

    private String receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        client.receive(packet);
        return new String(Arrays.copyOf(packet.getData(), packet.getLength()), StandardCharsets.UTF_8);
    }

    private Socket stream() throws InterruptedException {
        Socket stream = streams.poll(10, TimeUnit.SECONDS);
        assertThat(stream).as("a stream to the far end").isNotNull();
        return stream;
    }

    private void acceptAll() {
        while (!far.isClosed()) {
            try {
                streams.add(far.accept());
            } catch (IOException e) {
                return;
            }
        }
    }
}
