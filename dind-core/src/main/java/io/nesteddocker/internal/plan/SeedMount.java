package io.nesteddocker.internal.plan;

import java.util.Map;

/**
 * A volume with image layers that is mounted read-only in a daemon container, whose data root is linked to it.
 *
 * @param volume the volume's name on the outer engine
 * @param path its path in the daemon container
 * @param labels the labels of the empty volume that the outer engine creates if the volume has been removed in the meantime
 */
public record SeedMount(String volume, String path, Map<String, String> labels) {

    private static final String FOLDER = "/nested-docker/seeds/";

    /** Creates a mount of a volume at its path. */
    public static SeedMount of(String volume, Map<String, String> labels) {
        return new SeedMount(volume, pathOf(volume), labels);
    }

    /** Returns the path of a seed in daemon containers, which the links in it contain. */
    public static String pathOf(String volume) {
        return FOLDER + volume;
    }
}
