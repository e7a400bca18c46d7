package io.nesteddocker.internal.reach;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.OuterPorts;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.outer.OuterContainers.ContainerAddress;
import io.nesteddocker.internal.reach.Routes.Route;
import io.nesteddocker.internal.relay.Relay;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Addresses of this machine that lead to ports of inner containers.
 *
 * <p>If a route of the kernel is possible, an address leads through it. Otherwise, this program listens at the address and passes each
 * connection through the relay in the daemon container. Thread-safe.
 */
public final class Addresses implements Closeable {

    /** The time that a service which was just started has to listen. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** A container that somebody starts again has ended for a moment. */
    private static final int MOST_LOOKS_AFTER_END = 10;

    /** Servers of removed containers are closed whenever there are a multiple of so many servers. */
    private static final int SERVERS_BEFORE_A_LOOK = 16;

    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final Targets targets;
    private final ConnectionMode mode;
    private final Routes routes;
    private final Relay relay;
    private final Map<String, Route> routesByTarget = new ConcurrentHashMap<>();
    private final Map<String, StreamServer> servers = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private final ContainerWatch watch;
    private volatile Optional<InetAddress> daemonAddress = Optional.empty();
    private volatile boolean daemonAddressIsKnown;
    private boolean watching;
    private boolean closed;

    /**
     * Creates the addresses for the containers of one daemon.
     *
     * @param daemonName the daemon container's name, for messages
     * @param relay carries streams into the daemon container; {@link #close} does not close it
     * @param watch reports which inner containers end; {@link #close} does not close it
     * @param outerEngineIsHere whether the outer engine is known to run on this machine's kernel
     * @param parent the addresses of the outer engine's daemon, if that engine is a daemon of this program
     */
    public Addresses(
            String daemonName,
            InnerEngine inner,
            Relay relay,
            ContainerWatch watch,
            ConnectionMode mode,
            boolean outerEngineIsHere,
            Optional<Addresses> parent) {
        targets = new Targets(daemonName, inner, relay);
        this.watch = watch;
        this.mode = mode;
        routes = new Routes(relay.containers(), relay.containerId(), outerEngineIsHere, parent);
        this.relay = relay;
    }

    /** Waits until something listens at a port, and returns its address. */
    public InetSocketAddress of(String container, int port) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        Target target = targets.started(container, port);
        int looksAfterEnd = 0;
        while (true) {
            Listening listening = targets.listening(container, target, port);
            if (listening.anywhere()) {
                return address(container, target, port, listening);
            }
            if (looksAfterEnd > MOST_LOOKS_AFTER_END) {
                throw targets.ended(container, port, target);
            }
            if (deadline.hasPassed()) {
                throw targets.refused(
                        container,
                        port,
                        "nothing listens there after " + PATIENCE.toSeconds() + " s" + instead(target, listening),
                        "check the port, or wait until the service is up");
            }
            deadline.pause(PAUSE);
            target = targets.again(container, port, target);
            looksAfterEnd = target.isRunning() || target.isRestarting() ? 0 : looksAfterEnd + 1;
        }
    }

    /** Returns the addresses of all TCP ports that a container exposes, even if nothing listens there. */
    public SortedMap<Integer, InetSocketAddress> of(String container) throws IOException, InterruptedException {
        Target target = targets.running(container, 0);
        SortedMap<Integer, InetSocketAddress> addresses = new TreeMap<>();
        for (int port : target.exposedPorts()) {
            addresses.put(port, address(container, target, port, Listening.EVERYWHERE));
        }
        return addresses;
    }

    private InetSocketAddress address(String container, Target target, int port, Listening listening)
            throws IOException, InterruptedException {
        boolean routable = isRoutable(container, target, port, listening);
        Optional<Route> route =
                mode != ConnectionMode.TUNNEL && routable ? route(target.network(), port) : Optional.empty();
        if (route.isPresent()) {
            return route.get().address();
        }
        if (mode == ConnectionMode.DIRECT) {
            throw targets.refused(
                    container, port, whyNoRoute(target, routable), "leave out connection(ConnectionMode.DIRECT)");
        }
        if (relay.obstacle().isPresent()) {
            throw targets.refused(
                    container,
                    port,
                    relay.obstacle().get(),
                    "talk to it with exec(..) in the daemon container instead");
        }
        closeServersOfRemovedContainers(container, port);
        return tunnel(target.id(), port).address() instanceof InetSocketAddress local
                ? new InetSocketAddress(
                        InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1}), local.getPort())
                : InetSocketAddress.createUnresolved(OuterPorts.LOOPBACK_ADDRESS, 0);
    }

    private boolean isRoutable(String container, Target target, int port, Listening listening) throws IOException {
        Target.Network network = target.network();
        if (network.ofDaemon()) {
            // At the entry of a route, connections are sent on before they reach a listener.
            return listening.everywhere() && !isEntryOfRoute(port);
        }
        return !network.address().isEmpty()
                && listening.at(network.address())
                && (!target.usesNetworkOfAnother() || targets.hasAddressOfNetwork(container, target, port));
    }

    private boolean isEntryOfRoute(int port) {
        synchronized (lock) {
            return routesByTarget.values().stream()
                    .anyMatch(route -> route.entry() == port && !route.undo().isEmpty());
        }
    }

    private static String whyNoRoute(Target target, boolean routable) {
        if (routable) {
            return "the daemon container's network does not lead there from this machine";
        }
        return !target.network().ofDaemon() && target.network().address().isEmpty()
                ? "it has no address to which a route could lead"
                : "it listens on an address that no route can lead to";
    }

    private static String instead(Target target, Listening listening) {
        if (!target.isRunning()) {
            return ", because the container is " + target.status();
        }
        if (target.isPaused()) {
            return ", because the container is paused";
        }
        return listening.otherPorts().isEmpty()
                ? ", nor at any other port of the container"
                : "; it listens on "
                        + listening.otherPorts().stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** Returns the daemon container's address, if connections to its ports go through the kernel alone. */
    Optional<InetAddress> ofDaemon() throws IOException {
        if (!daemonAddressIsKnown && mode != ConnectionMode.TUNNEL) {
            daemonAddress = routes.directAddress();
            daemonAddressIsKnown = true;
        }
        return daemonAddress;
    }

    /** Forgets the daemon container's address, so that it is looked up when it is next needed. */
    void forgetDaemon() {
        daemonAddressIsKnown = false;
        daemonAddress = Optional.empty();
    }

    /** Finds the containers that the addresses lead to. */
    Targets targets() {
        return targets;
    }

    /** Returns why no stream can be opened into the daemon container, if that is known. */
    Optional<String> obstacle() {
        return relay.obstacle();
    }

    /** Opens a stream to a TCP port that is reachable from the daemon container. */
    DaemonConnection toStreamPort(String address, int port) throws IOException {
        return relay.toPort(address, port);
    }

    /** Opens a stream to a UDP port that is reachable from the daemon container. On it, each datagram follows its length in two bytes. */
    DaemonConnection toDatagramPort(String address, int port) throws IOException {
        return relay.toDatagramPort(address, port);
    }

    boolean routesArePossible() {
        return mode != ConnectionMode.TUNNEL && routes.daemonAddress().isPresent();
    }

    /**
     * Returns the address of a route to a port of an inner container, which is given by its address. For the daemon inside that container.
     */
    InetSocketAddress routeTo(String address, String containerId, int port) throws IOException, InterruptedException {
        return route(new Target.Network(containerId, false, address, ""), port)
                .orElseThrow(() -> new IOException("no network leads there from here"))
                .address();
    }

    private Optional<Route> route(Target.Network network, int port) throws IOException, InterruptedException {
        String key = network.owner() + " " + network.address() + " " + port;
        synchronized (lock) {
            Optional<Route> known = Optional.ofNullable(routesByTarget.get(key));
            if (known.isPresent()) {
                return known;
            }
            refuseAfterClose();
            Optional<ContainerAddress> daemon = routes.daemonAddress();
            if (daemon.isEmpty()) {
                return Optional.empty();
            }
            watchForEnds();
            Route fresh = network.ofDaemon()
                    ? routes.makeToDaemon(daemon.get(), port)
                    : routes.make(daemon.get(), network.address(), port);
            routesByTarget.put(key, fresh);
            return Optional.of(fresh);
        }
    }

    private StreamServer tunnel(String containerId, int port) throws IOException {
        synchronized (lock) {
            refuseAfterClose();
            String key = containerId + " " + port;
            StreamServer known = servers.get(key);
            if (known != null) {
                return known;
            }
            StreamServer fresh = StreamServer.listen(
                    "nested-docker-port " + port,
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0),
                    new ThroughRelay(targets, relay, containerId, port));
            // Some programs resolve "localhost" to ::1 first.
            fresh.listenAlsoAt(InetAddress.getByAddress(IPV6_LOOPBACK));
            servers.put(key, fresh);
            return fresh;
        }
    }

    /** Closes listeners that lead to containers that don't exist any more, so that a program that runs many containers does not collect them. */
    private void closeServersOfRemovedContainers(String container, int port) throws IOException {
        if (servers.isEmpty() || servers.size() % SERVERS_BEFORE_A_LOOK != 0) {
            return;
        }
        Set<String> present = targets.all(container, port);
        synchronized (lock) {
            servers.entrySet().removeIf(server -> {
                boolean removed = !present.contains(server.getKey().split(" ", 2)[0]);
                if (removed) {
                    Quietly.close(server.getValue());
                }
                return removed;
            });
        }
    }

    private void refuseAfterClose() throws IOException {
        if (closed) {
            throw new IOException("the daemon was closed");
        }
    }

    /**
     * Begins to follow the containers that end or leave a network, because the next container may get the address of such a container, and
     * must not get its connections.
     */
    private void watchForEnds() throws InterruptedException {
        if (watching) {
            return;
        }
        watching = true;
        watch.add(new ContainerWatch.Listener() {
            @Override
            public void started(String containerId) {}

            @Override
            public void ended(String containerId) {
                forget(containerId);
            }

            @Override
            public void leftNetwork(String containerId) {
                forget(containerId);
            }

            @Override
            public void afterGap() {
                forgetDaemon();
                forget("");
            }
        });
    }

    /** Ends the routes to a container, or all routes if {@code containerId} is empty. */
    private void forget(String containerId) {
        synchronized (lock) {
            routesByTarget.entrySet().removeIf(entry -> {
                boolean ended = containerId.isEmpty() || entry.getKey().startsWith(containerId + " ");
                if (ended) {
                    routes.end(entry.getValue());
                }
                return ended;
            });
        }
    }

    /** Closes the listeners and their connections. Routes end with the daemon container. */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            servers.values().forEach(Quietly::close);
        }
    }
}
