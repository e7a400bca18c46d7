package io.nesteddocker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.seeds.SeedCache;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The seeds of an outer engine. A seed is a volume that holds the layers of images that a daemon was started with; the next daemon links to
 * the seed instead of waiting for copies.
 *
 * <p>Seeds are kept when the program ends. When a new seed is filled, seeds that no container uses are removed, least recently used first,
 * until all seeds together are within the limit. The limit is the value, such as {@code 5g}, of the system property
 * {@code nesteddocker.imageCache} or the environment variable {@code NESTED_DOCKER_IMAGE_CACHE}, and 20 GB by default. Removing a seed
 * costs nothing but the time to fill it again.
 *
 * <p>Each call opens its own connection to the outer engine and releases it at the end. Thread-safe.
 *
 * @see NestedDocker#imageCache()
 */
public final class ImageCache {

    private final @Nullable DockerClient outerClient;

    ImageCache(@Nullable DockerClient outerClient) {
        this.outerClient = outerClient;
    }

    /**
     * A seed, as it was when the outer engine was asked.
     *
     * <p>Immutable and thread-safe.
     */
    public static final class Seed {

        private final SeedCache.Entry entry;

        private Seed(SeedCache.Entry entry) {
            this.entry = entry;
        }

        /**
         * Returns the name of the seed's volume on the outer engine.
         *
         * @return the volume's name
         */
        public String volume() {
            return entry.volume().name();
        }

        /**
         * Returns the images in the seed.
         *
         * @return a map from the name that each image has inside to the image's ID; an image without a name has its ID as key
         */
        public Map<String, String> images() {
            return Map.copyOf(entry.volume().images());
        }

        /**
         * Returns the size of the seed's layers, as the outer engine counts them. Hard links take no space of their own as long as the
         * outer engine has the images too.
         *
         * @return bytes
         */
        public long sizeInBytes() {
            return entry.volume().sizeInBytes();
        }

        /**
         * Returns the storage driver of the inner engines that can use the seed.
         *
         * @return {@code overlay2} or {@code overlayfs}
         */
        public String storageDriver() {
            return entry.volume().storageDriver();
        }

        /**
         * Returns whether the seed's files are hard links to the outer engine's layers, and not copies.
         *
         * @return false for copies
         */
        public boolean linked() {
            return entry.volume().copiedBecause().isEmpty();
        }

        /**
         * Returns when the seed was filled.
         *
         * @return the time by the clock of the outer engine
         */
        public Instant created() {
            return entry.volume().created();
        }

        /**
         * Returns when this user last started a daemon with the seed.
         *
         * @return that time or, if it is not known, when the seed was filled
         */
        public Instant lastUsed() {
            return entry.lastUsed();
        }

        /**
         * Returns whether a container uses the seed or fills it.
         *
         * @return true if the seed can't be removed now
         */
        public boolean inUse() {
            return entry.inUse();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Seed seed && entry.equals(seed.entry);
        }

        @Override
        public int hashCode() {
            return entry.hashCode();
        }

        /**
         * Returns the volume's name and the names of the images.
         *
         * @return a short text
         */
        @Override
        public String toString() {
            return volume() + " " + images().keySet();
        }
    }

    /**
     * Lists the seeds, least recently used first.
     *
     * @return the seeds that the outer engine has
     * @throws NoOuterEngineException if there is no outer engine, or it does not answer
     */
    public List<Seed> list() {
        return ask("list the seeds", SeedCache::list);
    }

    /**
     * Returns the size of all seeds together.
     *
     * @return a number of bytes
     * @throws NoOuterEngineException if there is no outer engine, or it does not answer
     */
    public long sizeInBytes() {
        return list().stream().mapToLong(Seed::sizeInBytes).sum();
    }

    /**
     * Removes seeds that no container uses, least recently used first, until all remaining seeds together are within a limit.
     *
     * @param bytes the limit, in bytes
     * @return the seeds that were removed
     * @throws IllegalArgumentException if the limit is negative
     * @throws NoOuterEngineException if there is no outer engine, or it does not answer
     */
    public List<Seed> shrinkTo(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("Tried to shrink the image cache to " + bytes
                    + " bytes but a size can't be negative; give zero or a positive number.");
        }
        return ask("remove seeds", cache -> cache.shrinkTo(bytes));
    }

    /**
     * Removes all seeds that no container uses.
     *
     * @return the seeds that were removed
     * @throws NoOuterEngineException if there is no outer engine, or it does not answer
     */
    public List<Seed> clear() {
        return shrinkTo(0);
    }

    private List<Seed> ask(String action, Function<SeedCache, List<SeedCache.Entry>> question) {
        NestedDockerBuilder where = NestedDocker.builder();
        if (outerClient != null) {
            where.outer(outerClient);
        }
        try (OuterEngine outer = OuterEngine.connect(where.spec().options(), new Cancellation())) {
            return question.apply(new SeedCache(outer)).stream().map(Seed::new).toList();
        } catch (DockerException e) {
            throw new OuterEngineException(
                    "Tried to " + action + " of the outer engine but that failed: " + Reason.of(e)
                            + ". Check that the engine is alive, with `docker volume ls` for example.",
                    e);
        }
    }
}
