package io.nesteddocker.internal.reach;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.reach.Routes.Route;
import io.nesteddocker.internal.relay.Relay;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
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

    /**
     * The number of looks that may find the container ended before the call fails. One is not enough, because a container that is being
     * restarted has also ended for a moment.
     */
    private static final int MOST_LOOKS_AFTER_END = 10;

    private final Targets targets;
    private final ConnectionMode mode;
    private final Routes routes;
    private final Relay relay;
    private final RouteTable routesInUse;
    private final TunnelPorts tunnelPorts;

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
        this.mode = mode;
        this.relay = relay;
        routes = new Routes(relay.containers(), relay.containerId(), outerEngineIsHere, parent);
        routesInUse = new RouteTable(targets, routes, watch);
        tunnelPorts = new TunnelPorts(targets, relay);
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
                mode != ConnectionMode.TUNNEL && routable ? routesInUse.to(container, target, port) : Optional.empty();
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
        return tunnelPorts.to(target.id(), port);
    }

    private boolean isRoutable(String container, Target target, int port, Listening listening) throws IOException {
        Target.Network network = target.network();
        if (network.ofDaemon()) {
            // If the port is the entry of a route, the packet filter sends its connections to another container.
            return listening.everywhere() && !routesInUse.leadsThrough(port);
        }
        return !network.address().isEmpty()
                && listening.at(network.address())
                && (!target.usesNetworkOfAnother() || targets.hasAddress(container, target, port, network.address()));
    }

    private String whyNotRoutable(Target target, int port, Listening listening) {
        Target.Network network = target.network();
        if (network.ofDaemon() && routesInUse.leadsThrough(port)) {
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
        return mode == ConnectionMode.TUNNEL ? Optional.empty() : routes.directAddress();
    }

    /** Forgets the daemon container's address, so that it is looked up when it is next needed. */
    void forgetDaemon() {
        routes.forgetAddress();
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
        return routesInUse.to(address, containerId, port);
    }

    /** Returns the failure of a call that comes after {@link #close}. */
    static IOException afterClose() {
        return new IOException("the daemon was closed");
    }

    /** Closes the listeners and their connections. Routes end with the daemon container. */
    @Override
    public void close() {
        tunnelPorts.close();
        routesInUse.close();
    }
}
