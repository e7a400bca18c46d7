package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.ByteSize;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All seeds of an outer engine. Thread-safe. */
public final class SeedCache {

    private static final Logger LOG = LoggerFactory.getLogger(SeedCache.class);
    private static final String PROPERTY = "nesteddocker.imageCache";
    private static final String VARIABLE = "NESTED_DOCKER_IMAGE_CACHE";
    private static final String DEFAULT_LIMIT = "20g";

    private final OuterEngine outer;
    private final LastUse lastUse;

    /** Creates access to the seeds of an outer engine. */
    public SeedCache(OuterEngine outer) {
        this.outer = outer;
        lastUse = new LastUse(outer.facts().engineId());
    }

    /**
     * A seed.
     *
     * @param volume the volume with its labels
     * @param lastUsed the last known time at which a daemon was started with it
     * @param inUse whether a container has mounted it or is filling it
     */
    public record Entry(SeedVolume volume, Instant lastUsed, boolean inUse) {}

    /** Returns the user's limit on the size of all seeds together. */
    public static long limit() {
        String text = Optional.ofNullable(System.getProperty(PROPERTY))
                .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
                .filter(said -> !said.isBlank())
                .orElse(DEFAULT_LIMIT);
        try {
            return ByteSize.parse("limit of the image cache (" + PROPERTY + " or " + VARIABLE + ")", text);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Returns the seeds, least recently used first. */
    public List<Entry> list() {
        return outer.volumes().labelled(Labels.KIND + "=" + Labels.SEED).stream()
                .map(SeedVolume::of)
                .map(volume -> new Entry(volume, lastUse.of(volume), isInUse(volume)))
                .sorted(Comparator.comparing(Entry::lastUsed)
                        .thenComparing(entry -> entry.volume().name()))
                .toList();
    }

    /** Records that a seed is used now. */
    public void noteUse(SeedVolume volume) {
        lastUse.record(volume.name());
    }

    /** Removes unused seeds, least recently used first, until the rest is no larger than {@code bytes}. */
    public List<Entry> shrinkTo(long bytes) {
        List<Entry> all = list();
        long size =
                all.stream().mapToLong(entry -> entry.volume().sizeInBytes()).sum();
        List<Entry> removed = new ArrayList<>();
        for (Entry entry : all) {
            boolean enough = bytes > 0 && size <= bytes;
            if (!enough
                    && !entry.inUse()
                    && outer.volumes().remove(entry.volume().name())) {
                LOG.debug("Removed the seed {}", entry.volume().name());
                lastUse.forget(entry.volume().name());
                size -= entry.volume().sizeInBytes();
                removed.add(entry);
            }
        }
        return removed;
    }

    private boolean isInUse(SeedVolume volume) {
        return !outer.volumes().users(volume.name()).isEmpty()
                || outer.containers().find(SeedLock.nameOf(volume.name())).isPresent();
    }
}
