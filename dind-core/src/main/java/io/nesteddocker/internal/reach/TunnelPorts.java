package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.Loopback;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.relay.Relay;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of this machine at which this program listens for connections to inner containers, which it passes through the relay.
 *
 * <p>Thread-safe.
 */
final class TunnelPorts implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(TunnelPorts.class);

    /** Before the number of open servers reaches a multiple of this constant, the servers of removed containers are closed. */
    private static final int SERVERS_BEFORE_A_LOOK = 16;

    private final Targets targets;
    private final Relay relay;
    private final Map<String, StreamServer> servers = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private boolean closed;

    /**
     * Creates it without ports.
     *
     * @param relay carries streams into the daemon container; {@link #close} does not close it
     */
    TunnelPorts(Targets targets, Relay relay) {
        this.targets = targets;
        this.relay = relay;
    }

    /** Returns the address that leads to a port of a container. This program listens there from the first call on. */
    InetSocketAddress to(String containerId, int port) throws IOException {
        InetSocketAddress local = (InetSocketAddress) server(containerId, port).address();
        return new InetSocketAddress(Loopback.ipv4(), local.getPort());
    }

    private StreamServer server(String containerId, int port) throws IOException {
        String key = containerId + " " + port;
        if (!servers.containsKey(key) && servers.size() % SERVERS_BEFORE_A_LOOK == SERVERS_BEFORE_A_LOOK - 1) {
            closeServersOfRemovedContainers(containerId, port);
        }
        synchronized (lock) {
            if (closed) {
                throw Addresses.afterClose();
            }
            StreamServer known = servers.get(key);
            if (known != null) {
                return known;
            }
            StreamServer fresh = StreamServer.listen(
                    "nested-docker-port " + port,
                    new InetSocketAddress(Loopback.ipv4(), 0),
                    new ThroughRelay(targets, relay, containerId, port));
            // Some programs resolve "localhost" to ::1 first.
            fresh.listenAlsoAt(Loopback.ipv6());
            servers.put(key, fresh);
            return fresh;
        }
    }

    /** Closes the listeners of removed containers; otherwise a program that runs many containers would collect listeners. */
    private void closeServersOfRemovedContainers(String container, int port) {
        List<String> keys = List.copyOf(servers.keySet());
        try {
            Set<String> present = targets.all(container, port);
            keys.stream()
                    .filter(key -> !present.contains(key.split(" ", 2)[0]))
                    .forEach(key -> Quietly.close(servers.remove(key)));
        } catch (IOException | RuntimeException e) {
            LOG.debug("The listeners of removed containers stay open, because the containers can't be listed", e);
        }
    }

    /** Closes the listeners and their connections. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            servers.values().forEach(Quietly::close);
        }
    }
}
