package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.OuterPorts;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.relay.Relay;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens streams to a port of an inner container. It asks anew where the container is for each connection, since the container may have
 * been started again meanwhile.
 */
final class ThroughRelay implements StreamServer.Destination {

    private static final Logger LOG = LoggerFactory.getLogger(ThroughRelay.class);

    private final Targets targets;
    private final Relay relay;
    private final String containerId;
    private final int port;

    ThroughRelay(Targets targets, Relay relay, String containerId, int port) {
        this.targets = targets;
        this.relay = relay;
        this.containerId = containerId;
        this.port = port;
    }

    @Override
    public DaemonConnection open() throws IOException {
        try {
            Target target = targets.running(containerId, port);
            for (String address : List.of(target.address(), target.ipv6Address())) {
                if (!target.onDaemonsNetwork() && !address.isEmpty()) {
                    try {
                        return relay.toPort(address, port);
                    } catch (IOException e) {
                        LOG.debug("Port {} is not reached at {}: {}", port, address, e.getMessage());
                    }
                }
            }
            return openInside(target.pid());
        } catch (RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private DaemonConnection openInside(long pid) throws IOException {
        try {
            return relay.toPortInside(pid, OuterPorts.LOOPBACK_ADDRESS, port);
        } catch (IOException e) {
            try {
                return relay.toPortInside(pid, "::1", port);
            } catch (IOException again) {
                e.addSuppressed(again);
                throw e;
            }
        }
    }

    /** Resets the connection, as a port does at which nothing listens. */
    @Override
    public void refuse(SocketChannel client, IOException reason) throws IOException {
        LOG.debug("A connection to port {} of {} was refused: {}", port, containerId, reason.getMessage());
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
}
