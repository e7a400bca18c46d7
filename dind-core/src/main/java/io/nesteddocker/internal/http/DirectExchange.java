package io.nesteddocker.internal.http;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.nesteddocker.internal.http.OpenConnections.Carrier;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;

/**
 * One request and its answer on a connection of their own, which is closed with the response, or kept if it was expensive to open.
 *
 * <p>It does what docker-java's transport can't: it ends standard input, returns a daemon's error that arrives during
 * an upload, and returns the error if the daemon refuses to hijack the connection.
 *
 * <p>Not thread-safe: one thread makes it and sends.
 */
final class DirectExchange {

    private static final int UPLOAD_BUFFER = 64 * 1024;
    private static final int MOST_BYTES_QUOTED = 1000;

    /** The headers that control the connection; only this class sets them. */
    private static final Set<String> OWN_HEADERS = ownHeaders();

    private final OpenConnections connections;
    private final DaemonDialer dialer;
    private final Request request;
    private final UnaryOperator<IOException> explanation;
    private boolean refused;

    /**
     * Prepares to send a request.
     *
     * @param explanation turns an exception from reading the answer into the one that the reader receives
     */
    DirectExchange(
            OpenConnections connections, DaemonDialer dialer, Request request, UnaryOperator<IOException> explanation) {
        this.explanation = explanation;
        this.connections = connections;
        this.dialer = dialer;
        this.request = request;
    }

    private static Set<String> ownHeaders() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(Set.of("Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding"));
        return names;
    }

    /** Sends the request and waits for the head of the answer. */
    Response send() throws IOException {
        if (!dialer.reusesConnections()) {
            return sendOn(connections.open());
        }
        Carrier carrier = connections.acquire();
        try {
            return sendOn(carrier);
        } catch (IOException e) {
            if (!carrier.used() || !isHarmless()) {
                throw e;
            }
            // The daemon may have closed the connection at this moment; a second request does no harm.
            try {
                return sendOn(connections.open());
            } catch (IOException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    private boolean isHarmless() {
        return (request.method().equals("GET") || request.method().equals("HEAD")) && request.body() == null;
    }

    private Response sendOn(Carrier carrier) throws IOException {
        try {
            DirectResponse response = exchange(carrier);
            // From here on the response has to be closed instead of the connection, because it may own a thread.
            connections.add(response);
            connections.remove(carrier.connection());
            return response;
        } catch (IOException | RuntimeException e) {
            connections.discard(carrier.connection());
            throw e;
        }
    }

    /**
     * Sends a request that asks for a byte stream and returns that stream, which stays among the open connections until it is closed.
     *
     * @throws IOException if the daemon refuses; the message contains its answer
     */
    DaemonConnection upgrade() throws IOException {
        Carrier carrier = connections.acquire();
        try {
            HttpHead head = sendAndRead(carrier);
            boolean streams = head.switchesProtocols() || head.status() == 200;
            if (!streams) {
                String said = new String(
                        head.body(request.method(), carrier.input()).readNBytes(MOST_BYTES_QUOTED),
                        StandardCharsets.UTF_8);
                throw new IOException("it answered with HTTP status " + head.status() + ": " + said.strip());
            }
            return connections.asConnection(carrier);
        } catch (IOException | RuntimeException e) {
            connections.discard(carrier.connection());
            throw e;
        }
    }

    private DirectResponse exchange(Carrier carrier) throws IOException {
        HttpHead head = sendAndRead(carrier);
        boolean keeps = dialer.reusesConnections()
                && request.hijackedInput() == null
                && !refused
                && head.allowsAnotherRequest(request.method());
        DirectResponse response = new DirectResponse(
                head,
                head.body(request.method(), carrier.input()),
                carrier,
                connections,
                keeps,
                PooledResponse.isWorthDraining(request, head),
                explanation);
        InputStream stdin = request.hijackedInput();
        if (stdin != null && head.status() < 300) {
            response.feed(stdin, withoutQuery(request.path()));
        }
        return response;
    }

    private HttpHead sendAndRead(Carrier carrier) throws IOException {
        try {
            write(carrier.connection());
            return HttpHead.read(carrier.input());
        } catch (BrokenWriteException failure) {
            refused = true;
            return answerTo(failure, carrier.input());
        }
    }

    /**
     * Reads the answer to a refused upload. The daemon answers and closes the connection, and only the answer contains the reason. If its
     * status is 200 already, as for images to load, the error is in the body.
     */
    private static HttpHead answerTo(BrokenWriteException refused, InputStream input) throws IOException {
        try {
            return HttpHead.read(input);
        } catch (SSLException alert) {
            // With TLS 1.3 a daemon refuses the client's certificate after the handshake, during the write.
            alert.addSuppressed(refused.cause());
            throw alert;
        } catch (IOException noAnswer) {
            refused.cause().addSuppressed(noAnswer);
        }
        throw refused.cause();
    }

    private void write(DaemonConnection connection) throws IOException, BrokenWriteException {
        OutputStream output = new BufferedOutputStream(connection.output(), UPLOAD_BUFFER);
        byte[] bytes = request.bodyBytes();
        InputStream stream = bytes == null ? request.body() : null;
        byte[] head = head(bytes == null ? 0 : bytes.length, stream != null);
        try {
            output.write(head);
            if (bytes != null) {
                output.write(bytes);
            }
            output.flush();
        } catch (IOException e) {
            throw new BrokenWriteException(e);
        }
        if (stream != null) {
            upload(stream, output);
        }
    }

    private static void upload(InputStream stream, OutputStream output) throws IOException, BrokenWriteException {
        byte[] buffer = new byte[UPLOAD_BUFFER];
        int count;
        while ((count = stream.read(buffer)) >= 0) {
            try {
                if (count > 0) {
                    output.write((Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    output.write(buffer, 0, count);
                    output.write(new byte[] {'\r', '\n'});
                }
                output.flush();
            } catch (IOException e) {
                throw new BrokenWriteException(e);
            }
        }
        try {
            output.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            output.flush();
        } catch (IOException e) {
            throw new BrokenWriteException(e);
        }
    }

    private byte[] head(int length, boolean chunked) {
        StringBuilder head = new StringBuilder(256);
        head.append(request.method()).append(' ').append(dialer.pathPrefix()).append(request.path());
        head.append(" HTTP/1.1\r\n");
        header(head, "Host", dialer.hostHeader());
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            if (!OWN_HEADERS.contains(header.getKey())) {
                header(head, header.getKey(), header.getValue());
            }
        }
        if (request.hijackedInput() != null) {
            header(head, "Connection", "Upgrade");
            header(head, "Upgrade", "tcp");
        } else if (!dialer.reusesConnections()) {
            header(head, "Connection", "close");
        }
        if (chunked) {
            header(head, "Transfer-Encoding", "chunked");
        } else {
            header(head, "Content-Length", Integer.toString(length));
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void header(StringBuilder head, String name, String value) {
        if ((name + value).chars().anyMatch(c -> c == '\r' || c == '\n')) {
            // The value is not quoted: it may be a registry's credentials.
            throw new IllegalArgumentException("Tried to send the HTTP header \"" + name.strip()
                    + "\" to a Docker daemon but it has a line break. Remove it.");
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    /** Removes the query, which may contain build arguments and so secrets. */
    static String withoutQuery(String path) {
        int question = path.indexOf('?');
        return question < 0 ? path : path.substring(0, question);
    }

    /** Thrown if the connection breaks during a write; the daemon may have answered all the same. */
    private static final class BrokenWriteException extends Exception {

        private static final long serialVersionUID = 1L;

        private final IOException cause;

        BrokenWriteException(IOException cause) {
            super(cause);
            this.cause = cause;
        }

        IOException cause() {
            return cause;
        }
    }
}
