package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.outer.OuterVolumes.VolumeFacts;
import io.nesteddocker.internal.plan.SeedMount;
import io.nesteddocker.internal.sweep.Labels;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A seed's volume as its labels tell it. Whether it has been filled to the end only its own mark tells.
 *
 * @param name the volume's name
 * @param labels its labels
 */
public record SeedVolume(String name, Map<String, String> labels) {

    private static final String IMAGES = "io.nesteddocker.seed.images";
    private static final String BYTES = "io.nesteddocker.seed.bytes";
    private static final String STORE = "io.nesteddocker.seed.store";
    private static final String CREATED = "io.nesteddocker.seed.created";

    /** Why it was not filled by hard links; empty where it was. */
    private static final String COPIED_BECAUSE = "io.nesteddocker.seed.copied-because";

    static SeedVolume of(VolumeFacts volume) {
        return new SeedVolume(volume.name(), volume.labels());
    }

    /** A volume that is about to be made. */
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

    /** How a daemon container gets it. */
    public SeedMount mount() {
        // Should it be gone by then, the outer engine makes an empty one with these labels, which is found out and
        // filled again.
        return SeedMount.of(name, Map.of(Labels.KIND, Labels.SEED));
    }

    /** Why it was not filled by hard links; empty where it was. */
    public String copiedBecause() {
        return labels.getOrDefault(COPIED_BECAUSE, "");
    }

    /** The identities of the images in it by their names; an image without a name has its identity for one. */
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

    /** The size of its layers, as the outer engine counted them. */
    public long sizeInBytes() {
        String bytes = labels.getOrDefault(BYTES, "0");
        return bytes.matches("\\d{1,18}") ? Long.parseLong(bytes) : 0;
    }

    /** The storage driver that it is for. */
    public String storageDriver() {
        return labels.getOrDefault(STORE, "");
    }

    /** When it was filled; long ago where that is not known. */
    public Instant created() {
        try {
            return Instant.parse(labels.getOrDefault(CREATED, ""));
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
