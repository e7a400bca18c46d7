package io.nesteddocker.internal.seeds;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to fill a seed: a container's name, which the outer engine gives once, and which ends with the program that has it. For use by
 * one thread.
 */
final class SeedLock {

    private static final Logger LOG = LoggerFactory.getLogger(SeedLock.class);
    private static final Duration PAUSE = Duration.ofMillis(25);

    /** A filler is started right after it was created, unless its program has died in between. */
    private static final Duration LONGEST_UNSTARTED = Duration.ofSeconds(30);

    private final OuterEngine outer;
    private final String daemonImage;
    private final Deadline deadline;
    private final Cancellation cancellation;

    SeedLock(OuterEngine outer, String daemonImage, Deadline deadline, Cancellation cancellation) {
        this.outer = outer;
        this.daemonImage = daemonImage;
        this.deadline = deadline;
        this.cancellation = cancellation;
    }

    /** The name of the container that fills a seed; while it is there, nobody else does. */
    static String nameOf(String volume) {
        return volume.replaceFirst("-seed-", "-fill-");
    }

    /** Thrown when somebody else had the lock. */
    static final class TakenException extends Exception {
        private static final long serialVersionUID = 1L;

        TakenException(Throwable cause) {
            super(cause);
        }
    }

    /** Thrown when the outer engine refuses the filler. */
    static final class MountException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MountException(DockerException cause) {
            super(Reason.of(cause), cause);
        }
    }

    /** Takes the lock, for as long as the filler lives; waits for somebody else who has it, and throws then. */
    Filler take(SeedContent content, Map<String, String> binds) throws InterruptedException, TakenException {
        String name = nameOf(content.volume());
        try {
            return Filler.start(outer, name, daemonImage, binds, Map.of(), content, deadline, cancellation);
        } catch (ConflictException e) {
            awaitRelease(content.volume());
            throw new TakenException(e);
        } catch (DockerException e) {
            if (binds.isEmpty()) {
                throw e;
            }
            throw new MountException(e);
        }
    }

    /** Whether somebody has it. */
    boolean isTaken(String volume) {
        return outer.containers().find(nameOf(volume)).isPresent();
    }

    /** Waits until nobody has it. */
    void awaitRelease(String volume) throws InterruptedException {
        String name = nameOf(volume);
        LOG.debug("Another thread or program fills a seed; waiting for the end of the container {}", name);
        Deadline unstarted = Deadline.in(LONGEST_UNSTARTED);
        while (true) {
            Optional<ContainerState> holder = outer.containers().find(name);
            if (holder.isEmpty()) {
                return;
            }
            if (isAbandoned(holder.get()) || (isUnstarted(holder.get()) && unstarted.hasPassed())) {
                outer.containers().remove(holder.get().id());
            }
            cancellation.throwIfCancelled();
            if (deadline.hasPassed()) {
                throw new SeedException(
                        "the time was over while another program filled the seed (container " + name + ")");
            }
            deadline.pause(PAUSE);
        }
    }

    /** Removes a container that never began to run and whose program has ended; an engine may make it after the program's end. */
    void removeIfAbandoned(String container) {
        outer.containers()
                .find(container)
                .filter(SeedLock::isAbandoned)
                .ifPresent(state -> outer.containers().remove(state.id()));
    }

    private static boolean isAbandoned(ContainerState container) {
        return isUnstarted(container)
                && Owner.parse(container.labels().getOrDefault(Labels.OWNER, ""))
                        .map(Owner::hasEnded)
                        .orElse(false);
    }

    private static boolean isUnstarted(ContainerState container) {
        return container.status().equals("created");
    }
}
