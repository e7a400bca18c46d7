package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.outer.OuterVolumes.VolumeFacts;
import io.nesteddocker.internal.plan.SeedMount;
import io.nesteddocker.internal.sweep.Labels;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A seed's volume as its labels tell it. Whether it has been filled to the end only its own mark tells.
 *
 * @param name the volume's name
 * @param labels its labels
 */
public record SeedVolume(String name, Map<String, String> labels) {

    static final String IMAGES = "io.nesteddocker.seed.images";
    static final String BYTES = "io.nesteddocker.seed.bytes";
    static final String STORE = "io.nesteddocker.seed.store";
    static final String CREATED = "io.nesteddocker.seed.created";

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
}
