package io.nesteddocker.internal.launch;

import static java.util.Comparator.naturalOrder;

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
 * created but not yet started. At least one of the two then sees the other one: the one whose container the engine begins to list later.
 * The names of the containers decide, because a name stays the same if a start creates its container once more. A start gives up if it sees
 * a container that runs, or one with a smaller name. If it sees one with a greater name, it waits until that one is gone or runs, because
 * the other start may not have seen this one.
 */
final class DataRootClaim {

    private static final Set<String> IN_USE = Set.of("running", "paused", "restarting", "stopping");

    private static final Duration PAUSE = Duration.ofMillis(50);

    /** The time that another program has to start its container. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
                        throw usedBy(user);
                    });
        }
    }

    /**
     * Refuses the volume for a created container if another container takes precedence. Waits for containers that may take precedence.
     *
     * @param name the container's name
     */
    void checkFor(String name, Deadline deadline, Cancellation cancellation) throws InterruptedException {
        if (dataRoot.kind() != DataRoot.Kind.NAMED_VOLUME) {
            return;
        }
        Deadline patience = Deadline.in(PATIENCE);
        while (true) {
            List<ContainerState> others = contenders(name);
            if (others.isEmpty()) {
                return;
            }
            others.stream().filter(DataRootClaim::isInUse).findFirst().ifPresent(user -> {
                throw usedBy(user.name());
            });
            String first = others.stream()
                    .map(ContainerState::name)
                    .min(naturalOrder())
                    .orElseThrow();
            if (first.compareTo(name) < 0) {
                throw precededBy(first);
            }
            if (deadline.hasPassed() || patience.hasPassed()) {
                throw notStarted(first);
            }
            cancellation.throwIfCancelled();
            deadline.pause(PAUSE);
        }
    }

    /** Returns the other containers that use the volume or are about to. */
    private List<ContainerState> contenders(String name) {
        return outer.volumes().users(dataRoot.volumeName()).stream()
                .filter(user -> !user.equals(name))
                .map(outer.containers()::find)
                .flatMap(Optional::stream)
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

    private OuterEngineException usedBy(String container) {
        return inUse(
                "the running container " + container + " uses it", "end that container first, or use another volume");
    }

    /** The other start may itself give up in favour of a third one, so the message does not claim that it got the volume. */
    private OuterEngineException precededBy(String container) {
        return inUse(
                "another daemon is being started on it at the same time, in the container " + container
                        + ", which takes precedence",
                "try again, or use another volume; if the next try names the same container, and "
                        + cleanUp(container));
    }

    private OuterEngineException notStarted(String container) {
        return inUse(
                "the container " + container + ", which was created for another daemon on it, was not started in time",
                "try again, or use another volume; if " + cleanUp(container));
    }

    /** Returns the advice for a container that nobody will start. Without {@code -f}, the command leaves a running container alone. */
    private static String cleanUp(String container) {
        return "the program that created that container has ended, remove the container with `docker rm -v " + container
                + "`, which refuses if the container runs";
    }

    private OuterEngineException inUse(String why, String cure) {
        return new OuterEngineException(
                "Tried to use the volume " + dataRoot.volumeName() + " as data root on the outer engine at "
                        + outer.description() + " but " + why + ", and two daemons would destroy each other's data; "
                        + cure + ".",
                null);
    }
}
