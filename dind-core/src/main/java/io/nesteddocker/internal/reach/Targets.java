package io.nesteddocker.internal.reach;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.relay.Relay;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds the inner containers that addresses lead to, or refuses them with the reason. Thread-safe. */
final class Targets {

    /** The time limit for an answer. A busy engine may be slow, but a paused one is not waited for. */
    private static final int SECONDS_TO_ANSWER = 60;

    private static final int SECONDS_BEFORE_A_LOOK = 5;

    private final String daemonName;
    private final InnerEngine inner;
    private final OuterContainers containers;
    private final String daemonContainerId;

    Targets(String daemonName, InnerEngine inner, Relay relay) {
        this.daemonName = daemonName;
        this.inner = inner;
        containers = relay.containers();
        daemonContainerId = relay.containerId();
    }

    /** The container, if it runs; {@code port} is for the message, and 0 if no single port is meant. */
    Target running(String container, int port) throws IOException {
        Target target = answer(container, port, () -> Target.find(inner.client(), container))
                .orElseThrow(
                        () -> refused(container, port, "the inner engine has no such container", "check its name"));
        if (!target.isRunning()) {
            throw refused(container, port, "it is " + target.status(), "start it first");
        }
        return target;
    }

    /**
     * Asks the daemon container about an inner container, and waits for a minute at most. If the daemon container is paused, nothing in it
     * answers, or the outer engine refuses to pass on the request.
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
                "the inner engine did not answer within " + SECONDS_TO_ANSWER + " s",
                "look at its log");
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
