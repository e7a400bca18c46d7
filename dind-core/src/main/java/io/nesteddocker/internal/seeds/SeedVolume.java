package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.outer.OuterVolumes.VolumeFacts;
import io.nesteddocker.internal.plan.SeedMount;
import io.nesteddocker.internal.sweep.Labels;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A seed's volume as described by its labels. Only a mark inside the volume shows whether it was filled completely.
 *
 * @param name the volume's name
 * @param labels its labels
 */
public record SeedVolume(String name, Map<String, String> labels) {

    private static final String IMAGES = "io.nesteddocker.seed.images";
    private static final String BYTES = "io.nesteddocker.seed.bytes";
    private static final String STORE = "io.nesteddocker.seed.store";
    private static final String CREATED = "io.nesteddocker.seed.created";

    /** The label with the reason why the seed was not filled by hard links; empty if it was. */
    private static final String COPIED_BECAUSE = "io.nesteddocker.seed.copied-because";

    static SeedVolume of(VolumeFacts volume) {
        return new SeedVolume(volume.name(), volume.labels());
    }

    /** Describes a volume that is about to be created. */
    static SeedVolume fresh(SeedContent content, String copiedBecause) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(Labels.KIND, Labels.SEED);
        labels.put(IMAGES, content.summary());
        labels.put(BYTES, String.valueOf(content.sizeInBytes()));
        labels.put(STORE, content.store().driver());
        labels.put(CREATED, Instant.now().toString());
        labels.put(COPIED_BECAUSE, copiedBecause);
        return new SeedVolume(content.volume(), labels);
    }

    /** Returns the mount of the seed in a daemon container. */
    public SeedMount mount() {
        // If the volume is gone by then, the outer engine creates an empty one with these labels. The daemon detects
        // that, and the volume is filled again.
        return SeedMount.of(name, Map.of(Labels.KIND, Labels.SEED));
    }

    /** Returns why the seed was not filled by hard links; empty if it was. */
    public String copiedBecause() {
        return labels.getOrDefault(COPIED_BECAUSE, "");
    }

    /** Returns the IDs of the images by their names; an image without a name has its ID as its name. */
    public Map<String, String> images() {
        Map<String, String> images = new LinkedHashMap<>();
        for (String image : labels.getOrDefault(IMAGES, "").split(" ", -1)) {
            int end = image.lastIndexOf('=');
            if (end >= 0) {
                String id = image.substring(end + 1);
                for (String name : image.substring(0, end).split(",", -1)) {
                    images.put(name.isEmpty() ? id : name, id);
                }
            }
        }
        return images;
    }

    /** Returns the size of the layers as reported by the outer engine. */
    public long sizeInBytes() {
        String bytes = labels.getOrDefault(BYTES, "0");
        return bytes.matches("\\d{1,18}") ? Long.parseLong(bytes) : 0;
    }

    /** Returns the storage driver for which the seed is made. */
    public String storageDriver() {
        return labels.getOrDefault(STORE, "");
    }

    /** Returns the time at which the seed was filled, or the epoch if that is unknown. */
    public Instant created() {
        try {
            return Instant.parse(labels.getOrDefault(CREATED, ""));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
