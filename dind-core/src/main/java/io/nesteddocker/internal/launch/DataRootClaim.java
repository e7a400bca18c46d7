package io.nesteddocker.internal.launch;

import io.nesteddocker.DataRoot;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ensures that only one of several daemons uses a volume as its data root.
 *
 * <p>Two programs that check before they create their containers may both find the volume free. So each checks again when its container is
 * created but not yet started. Of two containers, the one that the engine lists last always sees the other one, but that may be the older
 * one. So a container that sees an older one gives up, and a container that sees a younger one waits until the younger one has given up or
 * runs.
 */
final class DataRootClaim {

    private static final Set<String> IN_USE = Set.of("running", "paused", "restarting");

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final OuterEngine outer;
    private final DataRoot dataRoot;

    DataRootClaim(OuterEngine outer, DataRoot dataRoot) {
        this.outer = outer;
        this.dataRoot = dataRoot;
    }

    /** Refuses a volume that a running container has mounted. */
    void check() {
        if (dataRoot.kind() == DataRoot.Kind.NAMED_VOLUME) {
            outer.containers().namesUsingVolume(dataRoot.volumeName()).stream()
                    .findFirst()
                    .ifPresent(user -> {
                        throw inUse("running container " + user);
                    });
        }
    }

    /** Refuses the volume for a created container if another container takes precedence; waits for those that may not have seen it. */
    void checkFor(String containerId, Deadline deadline, Cancellation cancellation) throws InterruptedException {
        if (dataRoot.kind() != DataRoot.Kind.NAMED_VOLUME) {
            return;
        }
        while (true) {
            List<ContainerState> others = contenders(containerId);
            for (ContainerState other : others) {
                if (isInUse(other) || outer.containers().isOlder(other.id(), containerId) || deadline.hasPassed()) {
                    throw inUse(other.status() + " container " + other.name());
                }
            }
            if (others.isEmpty()) {
                return;
            }
            cancellation.throwIfCancelled();
            deadline.pause(PAUSE);
        }
    }

    /** Returns the other containers that use the volume or are about to. */
    private List<ContainerState> contenders(String containerId) {
        return outer.volumes().users(dataRoot.volumeName()).stream()
                .map(outer.containers()::find)
                .flatMap(Optional::stream)
                .filter(other -> !other.id().equals(containerId))
                .filter(other -> isInUse(other) || (other.status().equals("created") && isAboutToStart(other)))
                .toList();
    }

    private static boolean isInUse(ContainerState other) {
        return IN_USE.contains(other.status());
    }

    /** Returns whether the container may still be started; the container of a program that has ended will not. */
    private static boolean isAboutToStart(ContainerState other) {
        return Labels.DAEMON.equals(other.labels().get(Labels.KIND))
                && Owner.parse(other.labels().getOrDefault(Labels.OWNER, ""))
                        .map(owner -> !owner.hasEnded())
                        .orElse(true);
    }

    private OuterEngineException inUse(String user) {
        return new OuterEngineException(
                "Tried to use the volume " + dataRoot.volumeName() + " as data root on the outer engine at "
                        + outer.description() + " but the " + user
                        + " uses it, and two daemons would destroy each other's data; end that container first, or use another volume.",
                null);
    }
}
