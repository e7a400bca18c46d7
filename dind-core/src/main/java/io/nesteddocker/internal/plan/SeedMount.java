package io.nesteddocker.internal.plan;

import java.util.Map;

/**
 * A volume with image layers that a daemon container gets read-only, so that its data root is linked to it.
 *
 * @param volume the volume's name on the outer engine
 * @param path where the daemon container has it
 * @param labels the labels that the volume gets where it has gone meanwhile and the outer engine makes it anew, empty
 */
public record SeedMount(String volume, String path, Map<String, String> labels) {

    private static final String FOLDER = "/nested-docker/seeds/";

    /** A mount at the place that belongs to the volume. */
    public static SeedMount of(String volume, Map<String, String> labels) {
        return new SeedMount(volume, pathOf(volume), labels);
    }

    /** Where daemon containers have a seed; the links in it hold this path. */
    public static String pathOf(String volume) {
        return FOLDER + volume;
    }
}
