package io.nesteddocker.internal.seeds;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to fill a seed: a container's name, which the outer engine allows only once, and which is freed when its program ends. For use
 * by one thread.
 */
final class SeedLock {

    private static final Logger LOG = LoggerFactory.getLogger(SeedLock.class);
    private static final Duration PAUSE = Duration.ofMillis(25);

    /** The time after which a filler counts as abandoned: it is started right after it was created, unless its program dies in between. */
    private static final Duration LONGEST_UNSTARTED = Duration.ofSeconds(30);

    private final Filler.FillerContext context;
    private final OuterContainers containers;

    SeedLock(Filler.FillerContext context) {
        this.context = context;
        containers = context.outer().containers();
    }

    /** Returns the name of the container that fills a seed. While this container exists, no other program fills the seed. */
    static String nameOf(String volume) {
        return volume.replaceFirst("-seed-", "-fill-");
    }

    /** Thrown if the outer engine refuses the filler's mounts. */
    static final class MountException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MountException(DockerException cause) {
            super(Reason.of(cause), cause);
        }
    }

    /**
     * Takes the lock until the filler is closed. If another thread or program has the lock, waits until it is released, and returns empty.
     */
    Optional<Filler> take(SeedContent content, Map<String, String> binds) throws InterruptedException {
        try {
            return Optional.of(context.start(nameOf(content.volume()), binds, content));
        } catch (ConflictException e) {
            awaitRelease(content.volume());
            return Optional.empty();
        } catch (DockerException e) {
            if (binds.isEmpty()) {
                throw e;
            }
            throw new MountException(e);
        }
    }

    /** Returns whether any thread or program has the lock. */
    boolean isTaken(String volume) {
        return containers.find(nameOf(volume)).isPresent();
    }

    /** Waits until the lock is released. */
    void awaitRelease(String volume) throws InterruptedException {
        String name = nameOf(volume);
        LOG.debug("Another thread or program fills a seed; waiting for the end of the container {}", name);
        Deadline unstarted = Deadline.in(LONGEST_UNSTARTED);
        while (true) {
            Optional<ContainerState> holder = containers.find(name);
            if (holder.isEmpty()) {
                return;
            }
            if (isAbandoned(holder.get()) || (isUnstarted(holder.get()) && unstarted.hasPassed())) {
                containers.remove(holder.get().id());
            }
            context.cancellation().throwIfCancelled();
            if (context.deadline().hasPassed()) {
                throw new SeedException(
                        "the time was over while another program filled the seed (container " + name + ")");
            }
            context.deadline().pause(PAUSE);
        }
    }

    /** Removes a container that was never started and whose program has ended. An engine may create a container after its program's end. */
    void removeIfAbandoned(String container) {
        containers.find(container).filter(SeedLock::isAbandoned).ifPresent(state -> containers.remove(state.id()));
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
