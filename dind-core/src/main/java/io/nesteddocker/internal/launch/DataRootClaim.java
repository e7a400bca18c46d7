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
 * Lets one of several daemons have a volume as its data root.
 *
 * <p>Who asks before the container is created may be told that the volume is free, and another may be told the same. So it is asked
 * again when the container is created and not yet started: of those that see each other then, the one that was created first goes on.
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

    /** Refuses it to a created container where another one comes first. */
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

    /** One that was left by a program that has ended will never start. */
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
