package io.nesteddocker.testkit.internal.testcontainers;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.testcontainers.utility.DockerImageName;

/**
 * The cache in which Testcontainers remembers the images that exist. Testcontainers assumes that there is only one engine, so an image that
 * was seen inside must not count as an image of the outer engine. The reverse does no harm, because images are brought inside anyway.
 */
final class ImageMemory {

    private final Map<?, ?> known;

    private ImageMemory(Map<?, ?> known) {
        this.known = known;
    }

    /** Takes over the cache before Testcontainers first looks at an engine and fills the cache with all images of that engine. */
    static ImageMemory takeOver() {
        Object cache = PrivateMembers.ofClass("org.testcontainers.images.LocalImagesCache", "INSTANCE");
        if (PrivateMembers.of(cache, "initialized") instanceof AtomicBoolean initialized
                && PrivateMembers.of(cache, "cache") instanceof Map<?, ?> known) {
            initialized.set(true);
            return new ImageMemory(known);
        }
        throw new IllegalStateException(
                "Tried to direct Testcontainers to a nested daemon but Testcontainers' LocalImagesCache"
                        + " does not have the expected fields; use Testcontainers 1.21.4 or 2.0.5.");
    }

    /** Makes Testcontainers look for an image again when it next needs the image. */
    void forget(String reference) {
        known.keySet()
                .removeIf(name -> name instanceof DockerImageName image
                        && image.asCanonicalNameString().equals(reference));
    }
}
