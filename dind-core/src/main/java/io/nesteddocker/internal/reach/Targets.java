package io.nesteddocker.internal.reach;

import com.github.dockerjava.api.model.Container;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.relay.Relay;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds the inner containers that addresses lead to, or refuses them with the reason. Thread-safe. */
final class Targets {

    /** The time limit for an answer. A busy engine may be slow, but a paused one is not waited for. */
    private static final int SECONDS_TO_ANSWER = 60;

    private static final int SECONDS_BEFORE_A_LOOK = 5;

    /** The status of a container that the engine is removing, for example because it has ended and was started with automatic removal. */
    private static final String REMOVING = "removing";

    private final String daemonName;
    private final InnerEngine inner;
    private final OuterContainers containers;
    private final String daemonContainerId;
    private final Relay relay;

    Targets(String daemonName, InnerEngine inner, Relay relay) {
        this.daemonName = daemonName;
        this.inner = inner;
        containers = relay.containers();
        daemonContainerId = relay.containerId();
        this.relay = relay;
    }

    /** Returns a container, if it runs; {@code port} is for the message, and 0 if no single port is meant. */
    Target running(String container, int port) throws IOException {
        Target target = started(container, port);
        if (!target.isRunning()) {
            throw notRunning(container, port, target);
        }
        return target;
    }

    /** Returns a container, if it runs or its restart policy is about to start it again. */
    Target started(String container, int port) throws IOException {
        Target target = find(container, port, container)
                .orElseThrow(
                        () -> refused(container, port, "the inner engine has no such container", "check its name"));
        if (!target.isRunning() && !target.isRestarting()) {
            throw notRunning(container, port, target);
        }
        return target;
    }

    private NestedDockerException notRunning(String container, int port, Target target) {
        return switch (target.status()) {
            case REMOVING -> refused(container, port, "it is being removed", "create another container");
            case "dead" ->
                refused(
                        container,
                        port,
                        "it is dead, because the inner engine could not remove all of it",
                        "remove it once more, and create another container");
            case "restarting" ->
                refused(container, port, "it has ended and is about to be restarted", "try again, or look at its log");
            default -> refused(container, port, "it is " + target.status(), "start it first");
        };
    }

    /** Returns a container that was started, as it is now. */
    Target again(String container, int port, Target before) throws IOException {
        return find(container, port, before.id()).orElseThrow(() -> removed(container, port));
    }

    NestedDockerException ended(String container, int port, Target target) {
        if (target.status().equals(REMOVING)) {
            return removed(container, port);
        }
        return refused(
                container,
                port,
                "it has ended before anything listened there: it is " + target.status(),
                "look at its log, and start it again");
    }

    private NestedDockerException removed(String container, int port) {
        return refused(
                container,
                port,
                "it has ended and was removed before anything listened there",
                "start it without automatic removal, and look at its log");
    }

    /** Reads the kernel's tables of the listeners in a container's network. If the container has ended, there are none. */
    Listening listening(String container, Target target, int port) throws IOException {
        if (!target.isRunning()) {
            return Listening.NOWHERE;
        }
        List<String> lines = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            lines.addAll(readOfNetwork(container, target, port, table, Listening::isBeforeConnections));
        }
        return Listening.parse(lines, port);
    }

    /**
     * Returns whether an address is in the network that a container uses. The address that the engine reports for the network's owner is not
     * in it after a restart of the owner, which then has a new network.
     */
    boolean hasAddress(String container, Target target, int port, String address) throws IOException {
        String entry = "|-- " + address;
        return readOfNetwork(container, target, port, "fib_trie", line -> true).stream()
                .anyMatch(line -> line.strip().equals(entry));
    }

    private List<String> readOfNetwork(String container, Target target, int port, String name, Predicate<String> wanted)
            throws IOException {
        String path = "/proc/" + target.pid() + "/net/" + name;
        try {
            return answer(container, port, () -> relay.readLinesWhile(path, wanted));
        } catch (IOException e) {
            throw new IOException(
                    path + ", for port " + port + " of the container " + container + ", can't be read: "
                            + e.getMessage()
                            + "; try again, and if that fails too, look at the daemon's log with logs()",
                    e);
        }
    }

    /** Returns the IDs of all containers. */
    Set<String> all(String container, int port) throws IOException {
        return answer(
                container,
                port,
                () -> inner.client().listContainersCmd().withShowAll(true).exec().stream()
                        .map(Container::getId)
                        .collect(Collectors.toSet()));
    }

    private Optional<Target> find(String container, int port, String idOrName) throws IOException {
        return answer(container, port, () -> Target.find(inner.client(), idOrName));
    }

    /**
     * Asks the daemon container about an inner container, and waits for a minute at most. If the daemon container is paused, throws an
     * exception that says so. A paused container does not answer, or the outer engine refuses the request.
     */
    <T> T answer(String container, int port, Callable<T> question) throws IOException {
        FutureTask<T> answer = new FutureTask<>(question);
        Threads.start("nested-docker-address", answer);
        for (int patience = SECONDS_TO_ANSWER; patience > 0; patience -= SECONDS_BEFORE_A_LOOK) {
            try {
                return answer.get(SECONDS_BEFORE_A_LOOK, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                refusePaused(container, port);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw refused(container, port, "the thread was interrupted", "try again");
            } catch (ExecutionException e) {
                refusePaused(container, port);
                if (e.getCause() instanceof IOException known) {
                    throw known;
                }
                throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
            }
        }
        throw refused(
                container,
                port,
                "the daemon container did not answer within " + SECONDS_TO_ANSWER + " s",
                "look at the daemon's log, logs()");
    }

    private void refusePaused(String container, int port) {
        if (containers.isPaused(daemonContainerId)) {
            throw refused(container, port, "the daemon is paused", "resume it with unpause()");
        }
    }

    /** Returns the exception for a port that can't be reached. */
    NestedDockerException refused(String container, int port, String reason, String cure) {
        return new NestedDockerException(
                "Tried to reach " + (port == 0 ? "the exposed ports" : "port " + port) + " of the container "
                        + container + " in " + daemonName + " but " + reason + "; " + cure + ".",
                null);
    }
}
