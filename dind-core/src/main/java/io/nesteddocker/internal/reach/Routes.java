package io.nesteddocker.internal.reach;

import io.nesteddocker.ExecResult;
import io.nesteddocker.internal.Scripts;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterContainers.ContainerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes from this machine to inner containers through the kernel alone: each is a rule in the daemon container's packet filter.
 *
 * <p>Routes are possible if the outer engine's network is on this machine. For a daemon inside another daemon, they are possible if routes
 * to containers of that daemon are. Thread-safe.
 */
final class Routes {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    private static final String SCRIPT = Scripts.text("reach.sh");

    /** The first of the ports for routes, which lie below the ports that kernels and engines assign themselves. */
    private static final int FIRST_ENTRY = 20_000;

    private static final int ENTRIES = 10_000;
    private static final int MOST_ATTEMPTS = 20;

    private final OuterContainers containers;
    private final String daemonContainerId;
    private final boolean outerEngineIsHere;
    private final Optional<Addresses> parent;
    private final AtomicInteger nextEntry =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(ENTRIES));
    private volatile Lookup lookup = new Lookup();

    Routes(
            OuterContainers containers,
            String daemonContainerId,
            boolean outerEngineIsHere,
            Optional<Addresses> parent) {
        this.containers = containers;
        this.daemonContainerId = daemonContainerId;
        this.outerEngineIsHere = outerEngineIsHere;
        this.parent = parent;
    }

    /**
     * A route that was made.
     *
     * @param address the address at which it begins
     * @param entry the port of the daemon container that it leads through
     * @param undo the command that ends it; empty if nothing must be undone
     */
    record Route(InetSocketAddress address, int entry, List<String> undo) {}

    /** Makes a way through the daemon container to an address that it reaches. */
    Route make(ContainerAddress daemon, String target, int port) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            int entry = FIRST_ENTRY + Math.floorMod(nextEntry.getAndIncrement(), ENTRIES);
            List<String> rule =
                    List.of(daemon.address(), String.valueOf(entry), daemon.gateway(), target, String.valueOf(port));
            String answer = run("route", rule).stdout().strip();
            if (answer.equals("routed")) {
                return new Route(outside(daemon, entry), entry, command("unroute", rule));
            }
            if (!answer.equals("taken")) {
                throw new IOException("the daemon container's packet filter " + answer);
            }
        }
        throw new IOException(MOST_ATTEMPTS + " ports of the daemon container between " + FIRST_ENTRY + " and "
                + (FIRST_ENTRY + ENTRIES - 1) + " were tried, and all of them are taken");
    }

    /** Returns the route to a port of the daemon container itself. */
    Route makeToDaemon(ContainerAddress daemon, int port) throws IOException, InterruptedException {
        return new Route(outside(daemon, port), port, List.of());
    }

    /** Ends a route. */
    void end(Route route) {
        if (route.undo().isEmpty()) {
            return;
        }
        try {
            containers.exec(daemonContainerId, route.undo());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug(
                    "Could not remove the route to {}; most likely the route is gone with its container",
                    route.address(),
                    e);
        }
    }

    /**
     * Returns the daemon container's own address, if this machine's kernel can reach it without further rules. It is looked up only once,
     * until {@link #forgetAddress} is called.
     */
    Optional<InetAddress> directAddress() throws IOException {
        Lookup current = lookup;
        if (!current.done) {
            Optional<ContainerAddress> daemon = parent.isPresent() ? Optional.empty() : daemonAddress();
            current.found = daemon.isPresent()
                    ? Optional.of(InetAddress.getByName(daemon.get().address()))
                    : Optional.empty();
            current.done = true;
        }
        return current.found;
    }

    /** A lookup of the daemon container's own address. */
    private static final class Lookup {
        private volatile Optional<InetAddress> found = Optional.empty();
        private volatile boolean done;
    }

    /**
     * Forgets the daemon container's address, so that {@link #directAddress} looks it up again. A lookup that is under way has no effect on
     * later calls, because the engine may have answered it before the address changed.
     */
    void forgetAddress() {
        lookup = new Lookup();
    }

    private InetSocketAddress outside(ContainerAddress daemon, int entry) throws IOException, InterruptedException {
        return parent.isPresent()
                ? parent.get().routeTo(daemon.address(), daemonContainerId, entry)
                : new InetSocketAddress(daemon.address(), entry);
    }

    /**
     * The daemon container's address on a network whose other end is this machine, or the parent; empty if no way can be made. It can
     * change with the networks that the daemon container is on.
     */
    Optional<ContainerAddress> daemonAddress() {
        if (parent.isPresent() ? !parent.get().routesArePossible() : !outerEngineIsHere) {
            return Optional.empty();
        }
        return containers.addresses(daemonContainerId).stream()
                .filter(address -> parent.isPresent() || isOurs(address.gateway()))
                .findFirst();
    }

    /**
     * Returns whether the gateway is an address of this machine. Then the engine runs on this machine, and not in a virtual machine or a
     * namespace.
     */
    private static boolean isOurs(String gateway) {
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByName(gateway)) != null;
        } catch (IOException e) {
            LOG.debug("Could not look for {} among the addresses of this machine", gateway, e);
            return false;
        }
    }

    private ExecResult run(String verb, List<String> arguments) throws InterruptedException {
        return containers.exec(daemonContainerId, command(verb, arguments));
    }

    static List<String> command(String verb, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "reach", verb));
        command.addAll(arguments);
        return command;
    }
}
