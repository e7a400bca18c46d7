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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses of this machine that lead to ports of inner containers.
 *
 * <p>If a route of the kernel is possible, an address leads through it. Otherwise, this program listens at the address and passes each
 * connection through the relay in the daemon container. Thread-safe.
 */
public final class Addresses implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);

    /** The time that a service which was just started has to listen. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(100);

    /**
     * The number of looks that may find the container ended before the call fails. One is not enough, because a container that is being
     * restarted has also ended for a moment.
     */
    private static final int MOST_LOOKS_AFTER_END = 10;

    /** Servers of removed containers are closed when the number of servers is a multiple of this number. */
    private static final int SERVERS_BEFORE_A_LOOK = 16;

    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final Targets targets;
    private final ConnectionMode mode;
    private final Routes routes;
    private final Relay relay;
    private final Map<Leading, Route> routesByTarget = new ConcurrentHashMap<>();
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
            if (looksAfterEnd > MOST_LOOKS_AFTER_END || (looksAfterEnd > 0 && deadline.hasPassed())) {
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
                mode != ConnectionMode.TUNNEL && routable ? route(container, target, port) : Optional.empty();
        if (route.isPresent()) {
            return route.get().address();
        }
        if (mode == ConnectionMode.DIRECT) {
            throw targets.refused(
                    container,
                    port,
                    routable
                            ? "the daemon container's network does not lead there from this machine"
                            : whyNotRoutable(target, port, listening),
                    "leave out connection(ConnectionMode.DIRECT)");
        }
        if (relay.obstacle().isPresent()) {
            throw targets.refused(
                    container,
                    port,
                    relay.obstacle().get(),
                    "talk to it with exec(..) in the daemon container instead");
        }
        return tunnel(target.id(), port).address() instanceof InetSocketAddress local
                ? new InetSocketAddress(
                        InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1}), local.getPort())
                : InetSocketAddress.createUnresolved(OuterPorts.LOOPBACK_ADDRESS, 0);
    }

    private boolean isRoutable(String container, Target target, int port, Listening listening) throws IOException {
        Target.Network network = target.network();
        if (network.ofDaemon()) {
            // If the port is the entry of a route, the packet filter sends its connections to another container.
            return listening.everywhere() && !isEntryOfRoute(port);
        }
        return !network.address().isEmpty()
                && listening.at(network.address())
                && (!target.usesNetworkOfAnother() || targets.hasAddress(container, target, port, network.address()));
    }

    private boolean isEntryOfRoute(int port) {
        synchronized (lock) {
            return routesByTarget.values().stream()
                    .anyMatch(route -> route.entry() == port && !route.undo().isEmpty());
        }
    }

    private String whyNotRoutable(Target target, int port, Listening listening) {
        Target.Network network = target.network();
        if (network.ofDaemon() && isEntryOfRoute(port)) {
            return "a route to another container leads through this port of the daemon container";
        }
        if (!network.ofDaemon() && network.address().isEmpty()) {
            return "it has no address to which a route could lead";
        }
        return !network.ofDaemon() && listening.at(network.address())
                ? "the container whose network it uses was started again, and has another network now"
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
        return route(new Leading(containerId, containerId, address, port), false)
                .orElseThrow(() -> new IOException("no network leads there from here"))
                .address();
    }

    /**
     * Where a route leads.
     *
     * @param container the ID of the container that is reached
     * @param owner the ID of the container whose network and address it uses, which may be its own
     */
    private record Leading(String container, String owner, String address, int port) {

        boolean concerns(String containerId) {
            return container.equals(containerId) || owner.equals(containerId);
        }
    }

    private Optional<Route> route(String container, Target target, int port) throws IOException, InterruptedException {
        Target.Network network = target.network();
        Leading leading = new Leading(target.id(), network.owner(), network.address(), port);
        boolean isKnown = routesByTarget.containsKey(leading);
        Optional<Route> route = route(leading, network.ofDaemon());
        if (route.isPresent() && !isKnown && !network.ofDaemon() && !leadsThereStill(leading)) {
            // If the container ended before the route was made, no event will end the route.
            end(leading, route.get());
            throw targets.refused(
                    container,
                    port,
                    "it has ended or left its network meanwhile",
                    "try again if it is to be there still, or look at its log");
        }
        return route;
    }

    private Optional<Route> route(Leading leading, boolean onDaemonsNetwork) throws IOException, InterruptedException {
        synchronized (lock) {
            Optional<Route> known = Optional.ofNullable(routesByTarget.get(leading));
            if (known.isPresent()) {
                return known;
            }
            refuseAfterClose();
            Optional<ContainerAddress> daemon = routes.daemonAddress();
            if (daemon.isEmpty()) {
                return Optional.empty();
            }
            watchForEnds();
            Route fresh = onDaemonsNetwork
                    ? routes.makeToDaemon(daemon.get(), leading.port())
                    : routes.make(daemon.get(), leading.address(), leading.port());
            routesByTarget.put(leading, fresh);
            return Optional.of(fresh);
        }
    }

    /** Returns whether a container still has the address to which a route leads. */
    private boolean leadsThereStill(Leading leading) {
        try {
            Target target = targets.running(leading.container(), leading.port());
            return targets.hasAddress(leading.container(), target, leading.port(), leading.address());
        } catch (IOException | RuntimeException e) {
            LOG.debug("The route to {} ends: {}", leading, e.getMessage());
            return false;
        }
    }

    private StreamServer tunnel(String containerId, int port) throws IOException {
        String key = containerId + " " + port;
        if (!servers.containsKey(key) && servers.size() % SERVERS_BEFORE_A_LOOK == SERVERS_BEFORE_A_LOOK - 1) {
            closeServersOfRemovedContainers(containerId, port);
        }
        synchronized (lock) {
            refuseAfterClose();
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
                endRoutesOf(containerId);
            }

            @Override
            public void leftNetwork(String containerId) {
                endRoutesOf(containerId);
            }

            @Override
            public void afterGap() {
                forgetDaemon();
                routesByTarget.forEach(Addresses.this::end);
            }
        });
    }

    /** Ends the routes to a container that lead to it no more. It may have been started again meanwhile, or have left another network. */
    private void endRoutesOf(String containerId) {
        routesByTarget.forEach((leading, route) -> {
            if (leading.concerns(containerId) && !leadsThereStill(leading)) {
                end(leading, route);
            }
        });
    }

    private void end(Leading leading, Route route) {
        synchronized (lock) {
            if (routesByTarget.remove(leading, route)) {
                routes.end(route);
            }
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
