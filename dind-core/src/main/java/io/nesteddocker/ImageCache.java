package io.nesteddocker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.Reason;
import io.nesteddocker.internal.seeds.SeedCache;
import io.nesteddocker.internal.seeds.SeedVolume;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The seeds of an outer engine: volumes with the layers of images that daemons were started with, so that the next daemon is linked to
 * them instead of waiting for copies.
 *
 * <p>Seeds stay when the program ends. When a new one is filled, those that no container uses are removed, least recently used first,
 * until all together are within the limit: 20 GB, or what the system property {@code nesteddocker.imageCache} or the environment variable
 * {@code NESTED_DOCKER_IMAGE_CACHE} says, such as {@code 5g}. Nothing is lost with a seed but the time to fill it again.
 *
 * <p>Each call connects to the outer engine and lets go of it. Thread-safe.
 *
 * @see NestedDocker#imageCache()
 */
public final class ImageCache {

    private final @Nullable DockerClient outerClient;

    ImageCache(@Nullable DockerClient outerClient) {
        this.outerClient = outerClient;
    }

    /**
     * One seed.
     *
     * @param volume the name of its volume on the outer engine
     * @param images the identities of the images in it, by their names inside; an image without a name has its identity for one
     * @param sizeInBytes the size of its layers, as the outer engine counts them; hard links take no space of their own as long as the
     *     outer engine has the images too
     * @param storageDriver the storage driver of the inner engines that it is for: {@code overlay2} or {@code overlayfs}
     * @param linked whether its files are hard links to the outer engine's layers, and not copies
     * @param created when it was filled
     * @param lastUsed when a daemon was last started with it by this user, as far as is known
     * @param inUse whether a container has it, or is filling it
     */
    public record Seed(
            String volume,
            Map<String, String> images,
            long sizeInBytes,
            String storageDriver,
            boolean linked,
            Instant created,
            Instant lastUsed,
            boolean inUse) {

        /**
         * Copies its map.
         *
         * @param volume the name of its volume
         * @param images the identities of its images by their names
         * @param sizeInBytes the size of its layers
         * @param storageDriver the storage driver that it is for
         * @param linked whether its files are hard links
         * @param created when it was filled
         * @param lastUsed when it was last used
         * @param inUse whether it is in use
         */
        public Seed {
            images = Map.copyOf(images);
        }
    }

    /**
     * Lists the seeds, least recently used first.
     *
     * @return the seeds that the outer engine has
     * @throws OuterEngineException if there is none, or it does not answer
     */
    public List<Seed> list() {
        return ask("list the seeds", SeedCache::list);
    }

    /**
     * Adds up the sizes of all seeds.
     *
     * @return a number of bytes
     * @throws OuterEngineException if there is no outer engine, or it does not answer
     */
    public long sizeInBytes() {
        return list().stream().mapToLong(Seed::sizeInBytes).sum();
    }

    /**
     * Removes seeds that no container uses, least recently used first, until the others are no larger than a limit.
     *
     * @param bytes the most that may stay
     * @return the seeds that were removed
     * @throws IllegalArgumentException if the limit is negative
     * @throws OuterEngineException if there is no outer engine, or it does not answer
     */
    public List<Seed> shrinkTo(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("Tried to shrink the image cache to " + bytes
                    + " bytes but that is less than nothing; give a number from zero up.");
        }
        return ask("remove seeds", cache -> cache.shrinkTo(bytes));
    }

    /**
     * Removes all seeds that no container uses.
     *
     * @return the seeds that were removed
     * @throws OuterEngineException if there is no outer engine, or it does not answer
     */
    public List<Seed> clear() {
        return shrinkTo(0);
    }

    private List<Seed> ask(String action, Function<SeedCache, List<SeedCache.Entry>> question) {
        NestedDockerBuilder where = NestedDocker.builder();
        if (outerClient != null) {
            where.outer(outerClient);
        }
        try (OuterEngine outer = OuterEngine.connect(where.spec(), new Cancellation())) {
            return question.apply(new SeedCache(outer)).stream()
                    .map(ImageCache::toSeed)
                    .toList();
        } catch (DockerException e) {
            throw new OuterEngineException(
                    "Tried to " + action + " of the outer engine but that failed: " + Reason.of(e)
                            + ". Check that it is alive, with `docker volume ls` for example.",
                    e);
        }
    }

    private static Seed toSeed(SeedCache.Entry entry) {
        SeedVolume volume = entry.volume();
        return new Seed(
                volume.name(),
                volume.images(),
                volume.sizeInBytes(),
                volume.storageDriver(),
                volume.copiedBecause().isEmpty(),
                volume.created(),
                entry.lastUsed(),
                entry.inUse());
    }
}
