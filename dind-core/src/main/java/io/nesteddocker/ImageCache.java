package io.nesteddocker;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The seeds of an outer engine: volumes with the layers of images that daemons were started with, so that the next daemon is linked to
 * them instead of waiting for copies.
 *
 * <p>Seeds stay when the program ends. When a new one is filled, those that no container uses are removed, least recently used first,
 * until all together are below the limit: 20 GB, or what the system property {@code nesteddocker.imageCache} or the environment variable
 * {@code NESTED_DOCKER_IMAGE_CACHE} says, such as {@code 5g}. Nothing is lost with a seed but the time to fill it again.
 *
 * <p>Thread-safe.
 *
 * @see NestedDocker#imageCache()
 */
public interface ImageCache extends AutoCloseable {

    /**
     * One seed.
     *
     * @param volume the name of its volume on the outer engine
     * @param images the identities of the images in it, by their names as they are inside; an image without a name has its identity for one
     * @param sizeInBytes the size of its images' layers, as the engine counted them; where they are hard links, their files take no space of
     *     their own as long as the outer engine has the images too
     * @param storageDriver the storage driver of inner engines that it is for: {@code overlay2} or {@code overlayfs}
     * @param linked whether its files are hard links to the outer engine's layers, and not copies
     * @param created when it was filled
     * @param lastUsed when this user's programs last started a daemon with it, as far as is known
     * @param inUse whether a container has it mounted
     */
    record Seed(
            String volume,
            Map<String, String> images,
            long sizeInBytes,
            String storageDriver,
            boolean linked,
            Instant created,
            Instant lastUsed,
            boolean inUse) {

        /** Copies its map. */
        public Seed {
            images = Map.copyOf(images);
        }
    }

    /**
     * Lists the seeds, least recently used first.
     *
     * @return the seeds that the outer engine has
     * @throws OuterEngineException if it does not answer
     */
    List<Seed> list();

    /**
     * Adds up the sizes of all seeds.
     *
     * @return a number of bytes
     * @throws OuterEngineException if the outer engine does not answer
     */
    long sizeInBytes();

    /**
     * Removes seeds that no container uses, least recently used first, until the others are no larger than a limit.
     *
     * @param bytes the most that may stay
     * @return the seeds that were removed
     * @throws IllegalArgumentException if the limit is negative
     * @throws OuterEngineException if the outer engine does not answer
     */
    List<Seed> shrinkTo(long bytes);

    /**
     * Removes all seeds that no container uses.
     *
     * @return the seeds that were removed
     * @throws OuterEngineException if the outer engine does not answer
     */
    List<Seed> clear();

    /** Closes the client of the outer engine; one that was handed in stays open. */
    @Override
    void close();
}
