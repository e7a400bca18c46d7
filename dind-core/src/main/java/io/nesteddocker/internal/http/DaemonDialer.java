package io.nesteddocker.internal.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Holds a daemon's address and opens connections to it.
 *
 * <p>Thread-safe: it is immutable.
 */
final class DaemonDialer {

    /** Long enough for a lost SYN or two, short enough that a wrong address is noticed. */
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** The possible causes of a connection that breaks during a TLS handshake. */
    static final String HUNG_UP =
            "the other side closed the connection; it is not ready, or it refused the client certificate";

    private static final int PLAIN_PORT = 2375;
    private static final int TLS_PORT = 2376;

    private final URI uri;
    private final @Nullable SSLContext tls;
    private final @Nullable Tunnel tunnel;

    private DaemonDialer(URI uri, @Nullable SSLContext tls, @Nullable Tunnel tunnel) {
        this.uri = uri;
        this.tls = tls;
        this.tunnel = tunnel;
    }

    /** Makes a dialer through a tunnel; its address is only for messages. */
    static DaemonDialer through(Tunnel tunnel) {
        return through(tunnel, addressOf(tunnel));
    }

    /** Makes a dialer through a tunnel that uses the given address in messages. */
    static DaemonDialer through(Tunnel tunnel, URI address) {
        return new DaemonDialer(address, null, tunnel);
    }

    /** Returns an address, in the form of the others, for the daemon behind a tunnel. */
    static URI addressOf(Tunnel tunnel) {
        return URI.create("exec://" + tunnel.target() + "/var/run/docker.sock");
    }

    /**
     * Makes a dialer for a {@code unix}, {@code tcp}, {@code ssh} or {@code npipe} address; {@code http} and {@code https} mean
     * {@code tcp}.
     *
     * @throws IllegalArgumentException if the address is invalid, or is {@code https} without certificates
     */
    static DaemonDialer of(URI dockerHost, @Nullable SSLContext tls) {
        String scheme =
                dockerHost.getScheme() == null ? "" : dockerHost.getScheme().toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "unix", "npipe" -> {
                String path = dockerHost.getPath();
                if (path == null || path.isEmpty()) {
                    throw refused(dockerHost, "it names no " + (scheme.equals("unix") ? "socket file" : "pipe"));
                }
                yield new DaemonDialer(dockerHost, null, null);
            }
            case "https" -> {
                if (tls == null) {
                    throw refused(dockerHost, "https needs client certificates and none were given");
                }
                yield new DaemonDialer(tcp(dockerHost, TLS_PORT), tls, null);
            }
            case "tcp", "http" -> new DaemonDialer(tcp(dockerHost, tls == null ? PLAIN_PORT : TLS_PORT), tls, null);
            case "ssh" -> through(SshTunnel.to(dockerHost, List.of("ssh")), dockerHost);
            default -> throw refused(dockerHost, "its scheme is unknown");
        };
    }

    private static URI tcp(URI dockerHost, int defaultPort) {
        if (dockerHost.getHost() == null) {
            throw refused(dockerHost, "it names no valid host");
        }
        int port = dockerHost.getPort() < 0 ? defaultPort : dockerHost.getPort();
        String path = dockerHost.getRawPath() == null ? "" : dockerHost.getRawPath();
        return URI.create("tcp://" + dockerHost.getHost() + ":" + port
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path));
    }

    private static IllegalArgumentException refused(URI dockerHost, String reason) {
        return new IllegalArgumentException(
                "Tried to use " + dockerHost + " as the address of a Docker daemon but " + reason
                        + ". Legal are unix:///path/to/docker.sock, tcp://host:port, ssh://user@host and npipe:////./pipe/name.");
    }

    /** Returns the address: {@code unix}, {@code tcp} with a port, {@code npipe}, {@code ssh}, or {@code exec} for a tunnel. */
    URI uri() {
        return uri;
    }

    @Nullable
    SSLContext tls() {
        return tls;
    }

    /** Returns whether {@link #dial} supports the address; named pipes need native calls, which only docker-java's own transport has. */
    boolean canDial() {
        return !uri.getScheme().equalsIgnoreCase("npipe");
    }

    private boolean isTcp() {
        return uri.getScheme().equalsIgnoreCase("tcp");
    }

    /** Returns whether connections are expensive to open, so that free ones are kept for later requests. */
    boolean reusesConnections() {
        return tunnel != null;
    }

    /** Returns the prefix of every request path, for daemons behind a proxy that routes by path. */
    String pathPrefix() {
        return isTcp() ? uri.getRawPath() : "";
    }

    String hostHeader() {
        return isTcp() ? uri.getHost() + ":" + uri.getPort() : "localhost";
    }

    /**
     * Opens a new connection; over TLS the handshake is done when this returns.
     *
     * @throws IOException if the daemon can't be reached within ten seconds, or one side refuses the other's certificate
     */
    DaemonConnection dial() throws IOException {
        if (tunnel != null) {
            return tunnel.open();
        }
        if (!isTcp()) {
            return dialUnix(Path.of(uri.getPath()));
        }
        String host = uri.getHost().startsWith("[")
                ? uri.getHost().substring(1, uri.getHost().length() - 1)
                : uri.getHost();
        return dialTcp(host, uri.getPort(), tls, CONNECT_TIMEOUT, Duration.ZERO);
    }

    private static DaemonConnection dialUnix(Path socketFile) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socketFile));
            return DaemonConnection.over(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Connects over TCP.
     *
     * @param connectTimeout how long the connection, and then each step of the TLS handshake, may take
     * @param readTimeout how long a read may block; zero means no limit
     */
    static DaemonConnection dialTcp(
            String host, int port, @Nullable SSLContext tls, Duration connectTimeout, Duration readTimeout)
            throws IOException {
        Socket carrier = new Socket();
        try {
            carrier.setTcpNoDelay(true);
            carrier.connect(new InetSocketAddress(host, port), (int) connectTimeout.toMillis());
            Socket socket = tls == null ? carrier : secure(carrier, host, port, tls, connectTimeout);
            carrier.setSoTimeout((int) readTimeout.toMillis());
            return DaemonConnection.over(socket, carrier);
        } catch (IOException | RuntimeException e) {
            carrier.close();
            throw e;
        }
    }

    private static SSLSocket secure(Socket carrier, String host, int port, SSLContext tls, Duration stepTimeout)
            throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(carrier, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        // Without this the JDK checks the chain but not that the certificate is for this host.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        carrier.setSoTimeout((int) stepTimeout.toMillis());
        try {
            socket.startHandshake();
        } catch (SocketException e) {
            // The alert with the reason can't be read any more: the JDK abandons the session when a write fails.
            throw (IOException) new SSLHandshakeException(HUNG_UP + ": " + e.getMessage()).initCause(e);
        }
        return socket;
    }
}
