package io.nesteddocker;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * A port that a running inner container publishes, and where it answers on this machine.
 *
 * <p>Immutable and thread-safe.
 *
 * @param containerId the inner container's ID
 * @param containerName the inner container's name
 * @param containerPort the port in the container
 * @param protocol the port's protocol
 * @param daemonPort the port of the daemon container under which the inner engine publishes it: 8080 for {@code -p 8080:80}
 * @param address the address of this machine at which the port answers, or empty if it could not be published here
 * @param problem why the port could not be published here, or empty if it was
 * @see NestedDocker#publishedPorts()
 */
public record PublishedPort(
        String containerId,
        String containerName,
        int containerPort,
        Protocol protocol,
        int daemonPort,
        Optional<InetSocketAddress> address,
        Optional<String> problem) {

    /** The protocol of a port. */
    public enum Protocol {
        /** Connections. */
        TCP,
        /** Datagrams. */
        UDP;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
