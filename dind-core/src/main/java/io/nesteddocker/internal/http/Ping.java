package io.nesteddocker.internal.http;

import io.nesteddocker.internal.Quietly;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a daemon once whether it is ready, as cheaply as possible: one new connection, one {@code GET /_ping}.
 *
 * <p>It is meant to be called every few milliseconds while a daemon starts, so it has short time-outs and does not
 * throw for failures that are normal then.
 *
 * <p>Thread-safe: it holds no state.
 */
public final class Ping {

    /** A daemon on this machine, or one container bridge away, is connected in far less. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);

    /**
     * dockerd listens long before it answers, and answers waiting requests as soon as it is ready.
     * So waiting is quicker than asking again, but the caller also has to check its deadline and the container.
     */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(500);

    private static final Duration TUNNEL_ANSWER_TIMEOUT = Duration.ofSeconds(5);

    private static final String KEEPING_REQUEST = "GET /_ping HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final int LONGEST_HEAD = 16 * 1024;

    private Ping() {}

    /** The result of a ping. */
    public sealed interface Answer {

        /**
         * The daemon serves its API.
         *
         * @param apiVersion the highest version that the daemon supports, for example {@code 1.45}
         */
        record Ready(String apiVersion) implements Answer {}

        /**
         * The daemon does not serve its API, or not yet.
         *
         * @param reason why, for example {@code connection refused}: a clause for the middle of a sentence
         */
        record NotYet(String reason) implements Answer {

            /** Returns whether nothing listens at the address. */
            public boolean isRefused() {
                return reason.startsWith("connection refused");
            }
        }
    }

    /** Asks the daemon behind a Unix socket; takes a second at most and returns early if interrupted. */
    public static Answer once(Path unixSocket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(unixSocket));
            // A Unix channel has no read timeout of its own, so a selector does the waiting.
            channel.configureBlocking(false);
            channel.write(ByteBuffer.wrap(request("localhost")));
            return interpret(awaitHead(channel));
        } catch (IOException | RuntimeException e) {
            return Files.exists(unixSocket) ? notYet(e) : new Answer.NotYet("the socket does not exist");
        }
    }

    /**
     * Asks the daemon at a TCP address; takes a second or two at most.
     *
     * @param tls the certificates to use, or null for plain text
     */
    public static Answer once(String host, int port, @Nullable SSLContext tls) {
        try (DaemonConnection connection = DaemonDialer.dialTcp(host, port, tls, CONNECT_TIMEOUT, ANSWER_TIMEOUT)) {
            return interpret(ask(connection, request(host + ":" + port), tls != null));
        } catch (IOException | RuntimeException e) {
            return notYet(e);
        }
    }

    /**
     * Asks the daemon behind a tunnel; takes some seconds at most, because a command may have to be started for it.
     *
     * <p>For the same reason, the connection to a daemon that is ready is kept for the first request.
     */
    public static Answer once(Tunnel tunnel) {
        DaemonConnection connection = null;
        try {
            connection = tunnel.open();
            Answer answer = askWithin(TUNNEL_ANSWER_TIMEOUT, connection);
            if (answer instanceof Answer.Ready) {
                tunnel.keep(connection);
                connection = null;
            }
            return answer;
        } catch (IOException | RuntimeException e) {
            return notYet(e);
        } finally {
            Quietly.close(connection);
        }
    }

    private static Answer askWithin(Duration patience, DaemonConnection connection) throws IOException {
        TimeLimit limit = TimeLimit.of(patience, connection);
        try (limit) {
            connection.output().write(KEEPING_REQUEST.getBytes(StandardCharsets.ISO_8859_1));
            connection.output().flush();
            HttpHead head = HttpHead.read(connection.input());
            head.body("GET", connection.input()).readAllBytes();
            return interpret(head);
        } catch (IOException e) {
            throw limit.explained(e);
        }
    }

    /**
     * Sends the request and returns the stream of the answer.
     *
     * <p>With TLS 1.3 the client's handshake is over before the daemon has checked the client's certificate. A daemon
     * that refuses it sends an alert and closes the connection. A write may fail first, but only the alert has the reason.
     */
    private static InputStream ask(DaemonConnection connection, byte[] request, boolean secured) throws IOException {
        try {
            connection.output().write(request);
            connection.output().flush();
        } catch (SocketException e) {
            try {
                return new SequenceInputStream(
                        new ByteArrayInputStream(connection.input().readNBytes(1)), connection.input());
            } catch (SSLException alert) {
                alert.addSuppressed(e);
                throw alert;
            } catch (IOException nothingToRead) {
                e.addSuppressed(nothingToRead);
                throw secured ? new SSLException(DaemonDialer.HUNG_UP + ": " + e.getMessage(), e) : e;
            }
        }
        return connection.input();
    }

    private static byte[] request(String host) {
        return ("GET /_ping HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static InputStream awaitHead(SocketChannel channel) throws IOException {
        long deadline = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(4 * 1024);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (answer.size() < LONGEST_HEAD) {
                long millisLeft = (deadline - System.nanoTime()) / 1_000_000;
                if (millisLeft <= 0 || selector.select(millisLeft) == 0) {
                    throw new SocketTimeoutException();
                }
                selector.selectedKeys().clear();
                int count = channel.read(buffer.clear());
                if (count < 0) {
                    break;
                }
                answer.write(buffer.array(), 0, count);
                if (answer.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
                    break;
                }
            }
        }
        return new ByteArrayInputStream(answer.toByteArray());
    }

    private static Answer interpret(InputStream input) throws IOException {
        return interpret(HttpHead.read(input));
    }

    private static Answer interpret(HttpHead head) {
        if (head.status() != 200) {
            return new Answer.NotYet("HTTP " + head.status());
        }
        String version = head.first("Api-Version");
        return version == null
                ? new Answer.NotYet("HTTP 200 without an Api-Version, so it is not a Docker engine")
                : new Answer.Ready(version);
    }

    private static Answer notYet(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (e instanceof SSLException) {
            return new Answer.NotYet("TLS handshake failed: " + message);
        }
        if (e instanceof SocketTimeoutException) {
            return new Answer.NotYet("no answer within " + ANSWER_TIMEOUT.toMillis() + " ms");
        }
        return new Answer.NotYet(Character.toLowerCase(message.charAt(0)) + message.substring(1));
    }
}
