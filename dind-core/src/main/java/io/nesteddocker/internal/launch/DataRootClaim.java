package io.nesteddocker.internal.launch;

import io.nesteddocker.DataRoot;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import java.util.Optional;
import java.util.Set;

/**
 * Ensures that only one of several daemons uses a volume as its data root.
 *
 * <p>Two programs that check before they create their containers may both find the volume free. So each checks again when its container is
 * created but not yet started. If containers see each other then, only the one that was created first may start.
 */
final class DataRootClaim {

    private static final Set<String> IN_USE = Set.of("running", "paused", "restarting");

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

    /** Refuses the volume for a created container if another container takes precedence. */
    void checkFor(String containerId) {
        if (dataRoot.kind() != DataRoot.Kind.NAMED_VOLUME) {
            return;
        }
        for (String user : outer.volumes().users(dataRoot.volumeName())) {
            Optional<ContainerState> other = outer.containers().find(user);
            if (other.isPresent() && !other.get().id().equals(containerId) && comesFirst(other.get(), containerId)) {
                throw inUse(other.get().status() + " container " + user);
            }
        }
    }

    private boolean comesFirst(ContainerState other, String containerId) {
        if (IN_USE.contains(other.status())) {
            return true;
        }
        return other.status().equals("created")
                && isAboutToStart(other)
                && outer.containers().isOlder(other.id(), containerId);
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
