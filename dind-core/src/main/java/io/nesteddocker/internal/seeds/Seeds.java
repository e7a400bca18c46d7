package io.nesteddocker.internal.seeds;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.outer.OuterEngine;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ensures that a seed exists: finds it, or fills it under a lock.
 *
 * <p>A seed that is found may be half-filled, which only a check of its contents shows. The daemon that starts with the seed makes this
 * check, so it costs no extra time; if the seed is half-filled, the caller calls {@link #replace}. For use by one thread.
 */
public final class Seeds {

    private static final Logger LOG = LoggerFactory.getLogger(Seeds.class);
    private static final String VOLUME = "/nested-docker-seed";
    private static final Duration PAUSE = Duration.ofMillis(25);
    private static final Duration LONGEST_DISCARD = Duration.ofSeconds(5);

    private final OuterEngine outer;
    private final SeedCache cache;
    private final HardLinks hardLinks;
    private final Filler.FillerContext context;
    private final FillingDaemon fillingDaemon;
    private final SeedLock lock;
    private final Deadline deadline;
    private final Cancellation cancellation;

    /**
     * Creates access to the seeds on an outer engine.
     *
     * @param daemonImage the image of fillers' containers
     * @param fillingDaemon fills seeds if hard links are impossible
     */
    public Seeds(
            OuterEngine outer,
            String daemonImage,
            FillingDaemon fillingDaemon,
            Deadline deadline,
            Cancellation cancellation) {
        this.outer = outer;
        cache = new SeedCache(outer);
        hardLinks = new HardLinks(outer);
        this.fillingDaemon = fillingDaemon;
        context = new Filler.FillerContext(outer, daemonImage, deadline, cancellation);
        lock = new SeedLock(context);
        this.deadline = deadline;
        this.cancellation = cancellation;
    }

    /** Finds the seed, or fills it. */
    public SeedVolume ensure(SeedContent content) throws InterruptedException {
        return ensure(content, false);
    }

    /** Fills a half-filled seed again, unless another thread or program has done so meanwhile. */
    public SeedVolume replace(SeedContent content) throws InterruptedException {
        return ensure(content, true);
    }

    private SeedVolume ensure(SeedContent content, boolean doubted) throws InterruptedException {
        try {
            Optional<SeedVolume> found = doubted ? Optional.empty() : findFilled(content);
            while (found.isEmpty()) {
                cancellation.throwIfCancelled();
                found = fillUnderLock(content, doubted);
                if (found.isEmpty()) {
                    found = findFilled(content);
                }
            }
            cache.noteUse(found.get());
            return found.get();
        } catch (SeedException | DockerException e) {
            cancellation.throwIfCancelled();
            throw failed(content, Reason.of(e), e);
        }
    }

    /** Finds the seed, and waits if it is being filled. Empty if there is none. */
    private Optional<SeedVolume> findFilled(SeedContent content) throws InterruptedException {
        Optional<SeedVolume> found = find(content);
        if (found.isPresent() && lock.isTaken(content.volume())) {
            lock.awaitRelease(content.volume());
            return find(content);
        }
        return found;
    }

    private Optional<SeedVolume> find(SeedContent content) {
        return outer.volumes().find(content.volume()).map(SeedVolume::of);
    }

    /** Fills the seed under its lock. Empty if another thread or program had the lock, which is released by now. */
    private Optional<SeedVolume> fillUnderLock(SeedContent content, boolean doubted) throws InterruptedException {
        Optional<String> obstacle = hardLinks.obstacle(content.store());
        if (obstacle.isEmpty()) {
            try {
                return fillUnderLock(content, doubted, hardLinks.mounts(), obstacle);
            } catch (SeedLock.MountException e) {
                obstacle = Optional.of("the outer engine's data root can't be mounted: " + Reason.of(e));
                LOG.debug("No hard links for {}: {}", content.volume(), obstacle.get());
            }
        }
        return fillUnderLock(content, doubted, Map.of(), obstacle);
    }

    private Optional<SeedVolume> fillUnderLock(
            SeedContent content, boolean doubted, Map<String, String> binds, Optional<String> obstacle)
            throws InterruptedException {
        Optional<Filler> taken = lock.take(content, binds);
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        try (Filler filler = taken.get()) {
            return Optional.of(findOrFill(content, doubted, filler, obstacle));
        }
    }

    /** Fills the seed, unless another thread or program has filled it before this one had the lock. */
    private SeedVolume findOrFill(SeedContent content, boolean doubted, Filler filler, Optional<String> obstacle)
            throws InterruptedException {
        Optional<SeedVolume> found = find(content);
        if (found.isPresent() && (!doubted || isComplete(content))) {
            return found.get();
        }
        SeedVolume filled = fill(content, filler, obstacle);
        cache.noteUse(filled);
        makeRoom();
        return filled;
    }

    /** Removes old seeds. The seed that was just filled is not removed, because it is locked. */
    private void makeRoom() {
        try {
            cache.shrinkTo(SeedCache.limit());
        } catch (DockerException e) {
            LOG.debug("Could not remove old seeds", e);
        }
    }

    private boolean isComplete(SeedContent content) throws InterruptedException {
        try (Filler look = onVolume(content)) {
            return look.order("check", VOLUME).problem().isEmpty();
        }
    }

    private Filler onVolume(SeedContent content) throws InterruptedException {
        return context.start("", Map.of(VOLUME, content.volume()), content);
    }

    private SeedVolume fill(SeedContent content, Filler filler, Optional<String> knownObstacle)
            throws InterruptedException {
        boolean filled = false;
        try {
            discard(content.volume());
            String obstacle = knownObstacle.isPresent()
                    ? knownObstacle.get()
                    : hardLinks.fill(create(content, ""), content, filler).orElse("");
            if (!obstacle.isEmpty()) {
                discard(content.volume());
                copy(content, obstacle);
            }
            filled = true;
            return find(content)
                    .orElseThrow(() -> new SeedException("somebody removed the seed as soon as it was filled"));
        } finally {
            if (!filled) {
                discardQuietly(content.volume());
            }
        }
    }

    private void copy(SeedContent content, String obstacle) throws InterruptedException {
        SeedVolume seed = create(content, obstacle);
        fillingDaemon.fill(seed.name(), content.store(), content.images());
        try (Filler converter = onVolume(content)) {
            converter
                    .order(
                            "convert-" + content.store().driver(),
                            VOLUME,
                            seed.mount().path())
                    .orThrow();
            converter.order("complete", VOLUME).orThrow();
        }
    }

    private SeedVolume create(SeedContent content, String obstacle) {
        SeedVolume fresh = SeedVolume.fresh(content, obstacle);
        outer.volumes().create(fresh.name(), fresh.labels());
        return fresh;
    }

    /** Removes a half-filled volume. A container that has mounted it belongs to a program that has ended, and will end too. */
    private void discard(String volume) throws InterruptedException {
        while (!outer.volumes().remove(volume)) {
            cancellation.throwIfCancelled();
            List<String> users = outer.volumes().users(volume);
            if (deadline.hasPassed()) {
                throw new SeedException(
                        "the half-filled volume " + volume + " is still in use by " + String.join(", ", users));
            }
            users.forEach(lock::removeIfAbandoned);
            deadline.pause(PAUSE);
        }
    }

    /** Removes a half-filled volume, and tries again for some seconds, until the linking or loading has noticed its end. */
    private void discardQuietly(String volume) {
        Deadline patience = Deadline.in(LONGEST_DISCARD);
        while (!isDiscarded(volume) && !patience.hasPassed()) {
            try {
                patience.pause(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean isDiscarded(String volume) {
        try {
            return outer.volumes().remove(volume);
        } catch (RuntimeException e) {
            LOG.debug("The half-filled seed {} stays until somebody needs it", volume, e);
            return false;
        }
    }

    private ImageTransferException failed(SeedContent content, String reason, Throwable cause) {
        String titles = content.images().stream().map(SourceImage::title).collect(Collectors.joining(", "));
        return new ImageTransferException(
                "Tried to make a seed of " + titles + " on the outer engine at " + outer.description() + " but "
                        + reason.replaceFirst("[.;]$", "") + "; "
                        + cure(reason) + ".",
                cause);
    }

    private static String cure(String reason) {
        if (reason.toLowerCase(Locale.ROOT).contains("no space left") || reason.contains("uota exceeded")) {
            return "free space there, for example with NestedDocker.imageCache().clear()";
        }
        return reason.contains("time was over")
                ? "allow more time with startupTimeout(..), which the first start with large images may need"
                : "see docs/images.md";
    }
}
