package io.nesteddocker.internal.reach;

import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.Endpoint.PublishedPort;
import io.nesteddocker.Endpoint.PublishedPort.Protocol;
import io.nesteddocker.internal.Loopback;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.reach.PortPublisher.LocalPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens ports on this machine's loopback addresses that lead to ports of one daemon container. Thread-safe. */
final class LocalPorts {

    private static final Logger LOG = LoggerFactory.getLogger(LocalPorts.class);

    private static final int MOST_ATTEMPTS = 20;
    private static final int CONNECT_MILLIS = 5_000;

    /** The owners of the ports that this program has opened, for all daemons. */
    private static final Map<String, String> TAKEN_HERE = new ConcurrentHashMap<>();

    private final String daemonName;
    private final Addresses addresses;
    private final PortMapping mapping;

    LocalPorts(String daemonName, Addresses addresses, PortMapping mapping) {
        this.daemonName = daemonName;
        this.addresses = addresses;
        this.mapping = mapping;
    }

    /** Opens the port for a binding of a container. If that fails, the result contains the reason. */
    LocalPort open(String containerId, String containerName, Binding binding) {
        String problem;
        try {
            Optional<String> obstacle = obstacle(binding);
            if (obstacle.isEmpty()) {
                Servers servers = open(binding, owner(containerName));
                return new LocalPort(
                        describe(containerId, containerName, binding, Optional.of(servers.address()), Optional.empty()),
                        binding,
                        servers);
            }
            problem = obstacle.get();
        } catch (SocketException e) {
            problem = problem(binding, e);
        } catch (IOException | RuntimeException e) {
            problem = Reason.of(e);
        }
        return new LocalPort(
                describe(containerId, containerName, binding, Optional.empty(), Optional.of(problem)),
                binding,
                () -> {});
    }

    /** Returns why connections to the port can't be forwarded, if that is known. */
    private Optional<String> obstacle(Binding binding) throws IOException {
        boolean direct = binding.protocol() == Protocol.TCP
                && binding.everywhere()
                && addresses.ofDaemon().isPresent();
        return direct ? Optional.empty() : addresses.obstacle();
    }

    private String owner(String containerName) {
        return "the container " + containerName + " in " + daemonName;
    }

    /** Logs why a port could not be opened. */
    void warn(PublishedPort port) {
        LOG.warn(
                "Tried to publish port {}/{} of {} at {} of this machine but {}, so the container is not reached there; {}.",
                port.containerPort(),
                port.protocol(),
                owner(port.containerName()),
                mapping == PortMapping.SAME ? "port " + port.daemonPort() : "a free port",
                port.problem().orElse(""),
                cure());
    }

    /** Returns the advice for a port that can't be opened. */
    String cure() {
        return mapping == PortMapping.SAME
                ? "publish the port under another number, or use publishPorts(PortMapping.RANDOM)"
                : "use addressOf(..) to reach it";
    }

    private static PublishedPort describe(
            String containerId,
            String containerName,
            Binding binding,
            Optional<InetSocketAddress> address,
            Optional<String> problem) {
        return new PublishedPort(
                containerId,
                containerName,
                binding.containerPort(),
                binding.protocol(),
                binding.daemonPort(),
                address,
                problem);
    }

    private String problem(Binding binding, SocketException failure) {
        if (!(failure instanceof BindException) || mapping == PortMapping.RANDOM) {
            return "the port can't be opened: " + Reason.of(failure);
        }
        int port = binding.daemonPort();
        if (String.valueOf(failure.getMessage()).contains("Permission denied")) {
            return "this user may not open port " + port + " (Permission denied)";
        }
        return "port " + port + " is taken by " + ownerOf(port, binding.protocol());
    }

    private static String ownerOf(int port, Protocol protocol) {
        String here = TAKEN_HERE.get(protocol + " " + port);
        return here != null ? here : PortOwner.of(port, protocol);
    }

    private Servers open(Binding binding, String owner) throws IOException {
        if (mapping == PortMapping.SAME) {
            Servers servers = open(binding, binding.daemonPort(), owner);
            if (!servers.onIpv6 && hasIpv6()) {
                LOG.warn(
                        "Port {}/{} of {} answers at 127.0.0.1:{} but not at [::1]:{}, which {} has; programs that resolve localhost to"
                                + " ::1 reach that program instead",
                        binding.containerPort(),
                        binding.protocol(),
                        owner,
                        binding.daemonPort(),
                        binding.daemonPort(),
                        PortOwner.atIpv6Loopback(binding.daemonPort(), binding.protocol()));
            }
            return servers;
        }
        for (int attempt = 1; ; attempt++) {
            Servers servers = open(binding, 0, owner);
            if (servers.onIpv6 || !hasIpv6() || attempt == MOST_ATTEMPTS) {
                return servers;
            }
            Quietly.close(servers);
        }
    }

    private static boolean hasIpv6() {
        try {
            return NetworkInterface.getByInetAddress(Loopback.ipv6()) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private Servers open(Binding binding, int port, String owner) throws IOException {
        String name = "nested-docker-published " + binding.daemonPort();
        InetSocketAddress local = new InetSocketAddress(Loopback.ipv4(), port);
        if (binding.protocol() == Protocol.UDP) {
            DatagramServer.Destination destination =
                    () -> addresses.toDatagramPort(binding.address(), binding.daemonPort());
            DatagramServer server = DatagramServer.listen(name, local, destination);
            Servers servers = new Servers(server, server.port(), binding.protocol(), owner);
            try {
                servers.addIpv6(DatagramServer.listen(
                        name, new InetSocketAddress(Loopback.ipv6(), server.port()), destination));
            } catch (IOException | UnsupportedOperationException e) {
                LOG.debug("{} does not receive on ::1: {}", name, e.toString());
            }
            return servers;
        }
        StreamServer server = StreamServer.listen(name, local, new ToDaemonPort(binding));
        Servers servers =
                new Servers(server, ((InetSocketAddress) server.address()).getPort(), binding.protocol(), owner);
        servers.onIpv6 = server.listenAlsoAt(Loopback.ipv6());
        return servers;
    }

    /** The servers for one port on both loopback addresses. */
    private static final class Servers implements Closeable {

        private final List<Closeable> all = new ArrayList<>();
        private final int port;
        private final String key;
        private boolean onIpv6;

        Servers(Closeable first, int port, Protocol protocol, String owner) {
            all.add(first);
            this.port = port;
            key = protocol + " " + port;
            TAKEN_HERE.put(key, owner);
        }

        void addIpv6(Closeable server) {
            all.add(server);
            onIpv6 = true;
        }

        InetSocketAddress address() {
            return new InetSocketAddress(Loopback.ipv4(), port);
        }

        @Override
        public void close() {
            TAKEN_HERE.remove(key);
            all.forEach(Quietly::close);
        }
    }

    /** Connects to a port of the daemon container: through the kernel if it leads there, otherwise through the relay. */
    private final class ToDaemonPort implements StreamServer.Destination {

        private final Binding binding;

        ToDaemonPort(Binding binding) {
            this.binding = binding;
        }

        @Override
        public DaemonConnection open() throws IOException {
            try {
                return openStream();
            } catch (RuntimeException e) {
                // The outer engine may be gone, which docker-java reports with such an exception.
                throw new IOException(Reason.of(e), e);
            }
        }

        private DaemonConnection openStream() throws IOException {
            Optional<InetAddress> direct = binding.everywhere() ? addresses.ofDaemon() : Optional.empty();
            if (direct.isPresent()) {
                try {
                    return connect(new InetSocketAddress(direct.get(), binding.daemonPort()));
                } catch (NoRouteToHostException | SocketTimeoutException e) {
                    LOG.debug("{} is not reached at {} any more: {}", daemonName, direct.get(), e.getMessage());
                }
            }
            return addresses.toStreamPort(binding.address(), binding.daemonPort());
        }

        private DaemonConnection connect(InetSocketAddress address) throws IOException {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.socket().connect(address, CONNECT_MILLIS);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                return DaemonConnection.over(channel);
            } catch (IOException | RuntimeException e) {
                addresses.forgetDaemon();
                channel.close();
                throw e;
            }
        }

        /** Resets the connection, as a port does at which nothing listens. */
        @Override
        public void refuse(SocketChannel client, IOException reason) throws IOException {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
        }
    }
}
