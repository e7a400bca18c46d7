package io.nesteddocker.internal.http;

import java.net.URI;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The way this program reaches an inner API. Immutable and thread-safe. */
public sealed interface Link {

    /** Returns the value of {@code DOCKER_HOST} for this link. */
    URI dockerHost();

    /** Returns the TLS context, or null if the link does not use TLS. */
    default @Nullable SSLContext ssl() {
        return null;
    }

    /** Pings the inner API once. */
    Ping.Answer ping();

    /**
     * A Unix socket in a folder that this program and the daemon container share.
     *
     * @param socket the socket's path
     */
    record UnixSocketLink(Path socket) implements Link {
        @Override
        public URI dockerHost() {
            return SocketAddress.of(socket);
        }

        @Override
        public Ping.Answer ping() {
            return Ping.once(socket);
        }
    }

    /**
     * A TCP port with TLS, where both sides authenticate with certificates.
     *
     * @param host the name or address, which is in the server's certificate
     * @param port the port
     * @param ssl the client's certificate and the authorities that it trusts
     */
    record TlsLink(String host, int port, SSLContext ssl) implements Link {
        @Override
        public URI dockerHost() {
            return URI.create("tcp://" + host + ":" + port);
        }

        @Override
        public Ping.Answer ping() {
            return Ping.once(host, port, ssl);
        }

        @Override
        public String toString() {
            return "TlsLink[" + host + ":" + port + "]";
        }
    }

    /**
     * A TCP port in plain text, which only {@code insecurePort} opens.
     *
     * @param host the name or address
     * @param port the port
     */
    record PlainLink(String host, int port) implements Link {
        @Override
        public URI dockerHost() {
            return URI.create("tcp://" + host + ":" + port);
        }

        @Override
        public Ping.Answer ping() {
            return Ping.once(host, port, null);
        }
    }

    /**
     * Streams through a program in the daemon container, which needs neither a port nor a shared file system.
     *
     * @param tunnel opens the streams
     */
    record TunnelLink(Tunnel tunnel) implements Link {
        @Override
        public URI dockerHost() {
            return DaemonDialer.addressOf(tunnel);
        }

        @Override
        public Ping.Answer ping() {
            return Ping.once(tunnel);
        }
    }
}
