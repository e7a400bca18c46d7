package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.OuterPorts;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.relay.Relay;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
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
            Target.Network network = target.network();
            for (String address : List.of(network.address(), network.ipv6Address())) {
                if (!network.ofDaemon() && !target.usesNetworkOfAnother() && !address.isEmpty()) {
                    try {
                        return relay.toPort(address, port);
                    } catch (IOException e) {
                        LOG.debug("Port {} is not reached at {}: {}", port, address, e.getMessage());
                    }
                }
            }
            return openInside(target);
        } catch (RuntimeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private DaemonConnection openInside(Target target) throws IOException {
        try {
            return openInside(target, List.of(OuterPorts.LOOPBACK_ADDRESS, "::1"));
        } catch (IOException e) {
            List<String> others = targets.listening(containerId, target, port).addresses();
            if (others.isEmpty()) {
                throw e;
            }
            return openInside(target, others);
        }
    }

    private DaemonConnection openInside(Target target, List<String> addresses) throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (String address : addresses) {
            try {
                return relay.toPortInside(target.pid(), address, port);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        IOException first = failures.get(0);
        failures.stream().skip(1).forEach(first::addSuppressed);
        throw first;
    }

    /** Resets the connection, as a port does at which nothing listens. */
    @Override
    public void refuse(SocketChannel client, IOException reason) throws IOException {
        LOG.debug("A connection to port {} of {} was refused: {}", port, containerId, reason.getMessage());
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
}
