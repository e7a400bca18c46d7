package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.outer.OuterContainers.ContainerAddress;
import io.nesteddocker.internal.reach.Routes.Route;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of one daemon that are in use. Each is made once, and ends when its container ends or leaves the network.
 *
 * <p>Thread-safe.
 */
final class RouteTable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteTable.class);

    private final Targets targets;
    private final Routes routes;
    private final ContainerWatch watch;
    private final Map<Leading, Route> routesByTarget = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private boolean watching;
    private boolean closed;

    /**
     * Creates an empty table.
     *
     * @param watch reports which inner containers end or leave a network
     */
    RouteTable(Targets targets, Routes routes, ContainerWatch watch) {
        this.targets = targets;
        this.routes = routes;
        this.watch = watch;
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

    /** Returns the route to a port of a container, which is made if there is none; empty if no route is possible. */
    Optional<Route> to(String container, Target target, int port) throws IOException, InterruptedException {
        Target.Network network = target.network();
        Leading leading = new Leading(target.id(), network.owner(), network.address(), port);
        Optional<Route> before = Optional.ofNullable(routesByTarget.get(leading));
        Optional<Route> route = to(leading, network.ofDaemon());
        // A known route may have ended meanwhile, so that the route is new nevertheless.
        if (route.isPresent() && !route.equals(before) && !network.ofDaemon() && !leadsThereStill(leading)) {
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

    /** Returns the address of a route to a port of a container that is given by its address. */
    InetSocketAddress to(String address, String containerId, int port) throws IOException, InterruptedException {
        return to(new Leading(containerId, containerId, address, port), false)
                .orElseThrow(() -> new IOException("no network leads there from here"))
                .address();
    }

    private Optional<Route> to(Leading leading, boolean onDaemonsNetwork) throws IOException, InterruptedException {
        synchronized (lock) {
            Optional<Route> known = Optional.ofNullable(routesByTarget.get(leading));
            if (known.isPresent()) {
                return known;
            }
            if (closed) {
                throw Addresses.afterClose();
            }
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

    /** Returns whether a route leads through a port of the daemon container to another container. */
    boolean leadsThrough(int daemonPort) {
        synchronized (lock) {
            return routesByTarget.values().stream()
                    .anyMatch(route ->
                            route.entry() == daemonPort && !route.undo().isEmpty());
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
                routes.forgetAddress();
                routesByTarget.forEach(RouteTable.this::end);
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

    /** Refuses new routes. Those that exist end with the daemon container. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
    }
}
