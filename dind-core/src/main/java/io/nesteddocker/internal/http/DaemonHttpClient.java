package io.nesteddocker.internal.http;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * docker-java's HTTP transport without its known defects.
 *
 * <p>Requests that change nothing ({@code GET}, {@code HEAD}) share docker-java's own connection pool. If such a request fails before its
 * answer begins, most likely because the daemon had closed an idle connection, it is sent once more on a new one, which does no harm.
 * Requests whose answers can have any size (files, images, logs) do not use the pool, because it reads them many times slower than the
 * daemon sends them.
 *
 * <p>Every other request uses a connection of its own and is sent exactly once. If a pooled connection fails with a
 * {@code NoHttpResponseException}, either the daemon had closed it while it was idle, or the daemon died during the request. So a
 * {@code POST} on a pooled connection could fail for no reason or, if it were repeated, create a container twice. On a new connection this
 * can't happen. It costs some tenths of a millisecond on a Unix socket and three milliseconds over TLS.
 *
 * <p>Also:
 * <ul>
 *   <li>When standard input ({@code hijackedInput}) ends, the process sees that: the connection is half-closed.
 *   <li>An error in answer to an exec or attach is an ordinary response with the daemon's message.
 *   <li>A daemon's error that comes during an upload is returned, not lost in a broken pipe.
 *   <li>Closing a body early ends the transfer at once instead of reading the rest.
 *   <li>{@code POST /images/load} returns when the load has ended, with status 500 if it failed.
 *   <li>Connecting takes ten seconds at most; there is no limit on the wait for an answer, since {@code events},
 *       {@code wait} and {@code logs} may be silent for days. A caller that has a deadline closes the response, or
 *       this client, which ends every wait.
 * </ul>
 *
 * <p>Connections through a tunnel are expensive to open, so there all requests share the connections that {@code OpenConnections} keeps. A
 * connection that the daemon has closed is detected before it is used; a request that changes something is still sent only once.
 *
 * <p>Requests to a named pipe use docker-java's transport, because only it can open one; there, a process does not see the end of its
 * standard input.
 *
 * <p>Thread-safe.
 */
public final class DaemonHttpClient implements DockerHttpClient, Upgrades {

    private static final Logger LOG = LoggerFactory.getLogger(DaemonHttpClient.class);

    /** Answers of any size: images, files, file systems, logs. */
    private static final Pattern BULK =
            Pattern.compile(".*/(containers/[^/]+/(archive|export|logs)|images/(.+/)?get)(\\?.*)?");

    private final DaemonDialer dialer;
    private volatile OpenConnections connections;
    private volatile boolean closed;

    private DaemonHttpClient(DaemonDialer dialer) {
        this.dialer = dialer;
        this.connections = new OpenConnections(dialer);
    }

    /**
     * Makes a transport for the daemon at an address; nothing is connected yet.
     *
     * @param dockerHost {@code unix}, {@code tcp}, {@code ssh} or {@code npipe}; {@code http} and {@code https} mean {@code tcp}
     * @param tls the certificates to use over TCP, or null for plain text; ignored for sockets and pipes
     * @throws IllegalArgumentException if the address can't be understood, or is {@code https} without certificates
     */
    public static DaemonHttpClient open(URI dockerHost, @Nullable SSLContext tls) {
        return new DaemonHttpClient(DaemonDialer.of(dockerHost, tls));
    }

    /**
     * Makes a transport for the daemon behind a link; nothing is connected yet.
     *
     * @throws IllegalArgumentException if the link's address can't be understood
     */
    public static DaemonHttpClient open(Link link) {
        return link instanceof Link.TunnelLink tunnel
                ? new DaemonHttpClient(DaemonDialer.through(tunnel.tunnel()))
                : open(link.dockerHost(), link.ssl());
    }

    /**
     * Sends a request and waits for the head of its answer; blocks for as long as the daemon takes.
     *
     * @throws IllegalStateException if this client is closed
     * @throws UncheckedIOException if the daemon can't be reached or the connection breaks
     */
    @Override
    public Response execute(Request request) {
        OpenConnections current = currentConnections(request);
        try {
            boolean pooled =
                    !dialer.reusesConnections() && ((isHarmless(request) && !isBulk(request)) || !dialer.canDial());
            Response response = pooled
                    ? sendPooled(request, current)
                    : exchange(current, request).send();
            return LoadOutcome.isWantedFor(request) ? LoadOutcome.await(response) : response;
        } catch (IOException e) {
            throw failed(request, e);
        }
    }

    @Override
    public boolean canUpgrade() {
        return dialer.canDial();
    }

    @Override
    public DaemonConnection upgrade(String path, byte[] json) throws IOException {
        Request request = Request.builder()
                .method(Request.Method.POST)
                .path(path)
                .headers(Map.of("Content-Type", "application/json"))
                .bodyBytes(json)
                .hijackedInput(InputStream.nullInputStream())
                .build();
        if (!dialer.canDial()) {
            throw new IOException("a named pipe can't carry a stream whose directions end one by one");
        }
        return exchange(currentConnections(request), request).upgrade();
    }

    /**
     * Returns a raw connection to the daemon, for a caller that does HTTP itself; closing this client closes the connection too.
     *
     * @throws IOException if it can't be opened
     */
    public DaemonConnection connect() throws IOException {
        OpenConnections current = connections;
        return current.asConnection(current.acquire());
    }

    private DirectExchange exchange(OpenConnections current, Request request) {
        return new DirectExchange(current, dialer, request, failure -> brokenOff(request, current, failure));
    }

    private OpenConnections currentConnections(Request request) {
        OpenConnections current = connections;
        if (closed) {
            throw closed(request, null);
        }
        return current;
    }

    private static boolean isHarmless(Request request) {
        return (request.method().equals("GET") || request.method().equals("HEAD"))
                && request.hijackedInput() == null
                && request.body() == null;
    }

    private static boolean isBulk(Request request) {
        return BULK.matcher(request.path()).matches();
    }

    private Response sendPooled(Request request, OpenConnections current) throws IOException {
        try {
            return new PooledResponse(
                    request, executePooled(request, current), failure -> brokenOff(request, current, failure));
        } catch (IOException e) {
            if (!dialer.canDial() || !isHarmless(request) || !isWorthAnotherTry(e)) {
                throw e;
            }
            LOG.debug("{} failed before an answer came, so it is sent again", describe(request), e);
            try {
                return exchange(currentConnections(request), request).send();
            } catch (IOException again) {
                again.addSuppressed(e);
                throw again;
            }
        }
    }

    private Response executePooled(Request request, OpenConnections current) throws IOException {
        try {
            return current.pool().execute(request);
        } catch (CancellationException e) {
            // Apache throws this after an interrupt, and abandons the connection.
            throw interrupted(e);
        } catch (IllegalStateException e) {
            // Apache throws this if the pool is closed: by close(), or by a reset() after the caller read the field.
            if (closed) {
                throw closed(request, e);
            }
            if (current.isClosed()) {
                return executePooled(request, currentConnections(request));
            }
            throw e;
        } catch (RuntimeException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw e;
        }
    }

    /** Returns whether to retry, which is useless if no connection could be opened, and unwanted after an interrupt. */
    private boolean isWorthAnotherTry(IOException e) {
        return !closed
                && !Thread.currentThread().isInterrupted()
                && !(e instanceof ConnectException
                        || e instanceof NoRouteToHostException
                        || e instanceof UnknownHostException
                        || e instanceof SSLHandshakeException
                        || e instanceof InterruptedIOException
                        || e instanceof ClosedByInterruptException);
    }

    /**
     * Closes all connections and opens new ones for later requests; to be called after the daemon was restarted.
     *
     * <p>Requests in progress fail as if the daemon had closed the connection.
     *
     * @throws IllegalStateException if this client is closed
     */
    public synchronized void reset() {
        if (closed) {
            throw new IllegalStateException("Tried to reset the connections to " + dialer.uri()
                    + " but this client was closed. Use one that is open.");
        }
        OpenConnections old = connections;
        connections = new OpenConnections(dialer);
        old.close();
    }

    /** Closes all connections; requests in progress fail, and later ones are refused. A second call does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        connections.close();
    }

    private IllegalStateException closed(Request request, @Nullable Exception cause) {
        return new IllegalStateException(
                "Tried to send " + describe(request) + " to " + dialer.uri()
                        + " but this client was closed. Use it before the handle that it belongs to is closed.",
                cause);
    }

    private static InterruptedIOException interrupted(RuntimeException cause) {
        InterruptedIOException interrupt = new InterruptedIOException("the thread was interrupted");
        interrupt.initCause(cause);
        return interrupt;
    }

    private UncheckedIOException failed(Request request, IOException e) {
        if (e instanceof BrokenOffException) {
            return new UncheckedIOException(e.getMessage(), e);
        }
        return new UncheckedIOException(
                "Tried to send " + describe(request) + " to " + dialer.uri() + " but " + reasonAndCure(e) + ".", e);
    }

    /** Explains a failure that this client or an interrupt caused; the reader would otherwise see only that the connection is closed. */
    private IOException brokenOff(Request request, OpenConnections used, IOException e) {
        return used.isClosed() || Thread.currentThread().isInterrupted()
                ? new BrokenOffException(
                        "Tried to read the answer to " + describe(request) + " from " + dialer.uri() + " but "
                                + (used.isClosed() && !closed
                                        ? "the daemon was restarted meanwhile; send it again"
                                        : reasonAndCure(e))
                                + ".",
                        e)
                : e;
    }

    /** A failure whose message is a whole sentence already. */
    private static final class BrokenOffException extends IOException {

        private static final long serialVersionUID = 1L;

        BrokenOffException(String message, IOException cause) {
            super(message, cause);
        }
    }

    private String reasonAndCure(IOException e) {
        if (closed) {
            return "this client was closed meanwhile; close the handle that it belongs to after its last call";
        }
        if (Thread.currentThread().isInterrupted()) {
            return "the thread was interrupted; send the request again from a thread that is not interrupted";
        }
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return "the connection failed: " + reason
                + ". Check that the Docker daemon is running and can be reached there";
    }

    private static String describe(Request request) {
        return request.method() + " " + DirectExchange.withoutQuery(request.path());
    }

    /** Names the address; certificates are not shown. */
    @Override
    public String toString() {
        return "DaemonHttpClient[" + dialer.uri() + "]";
    }
}
