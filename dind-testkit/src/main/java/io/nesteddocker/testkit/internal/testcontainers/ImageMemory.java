package io.nesteddocker.testkit.internal.testcontainers;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.testcontainers.utility.DockerImageName;

/**
 * What Testcontainers believes to know of images. It believes that there is one engine, so what it sees inside must not be believed of the
 * outer engine. The reverse does no harm, since images are brought in anyway.
 */
final class ImageMemory {

    private final Map<?, ?> known;

    private ImageMemory(Map<?, ?> known) {
        this.known = known;
    }

    /** Takes over before the first look at an engine, which would remember all images of that engine. */
    static ImageMemory takeOver() {
        Object cache = Innards.ofClass("org.testcontainers.images.LocalImagesCache", "INSTANCE");
        if (Innards.of(cache, "initialized") instanceof AtomicBoolean initialized
                && Innards.of(cache, "cache") instanceof Map<?, ?> known) {
            initialized.set(true);
            return new ImageMemory(known);
        }
        throw new IllegalStateException("Tried to lead Testcontainers to a nested daemon but its LocalImagesCache is"
                + " another than the one that is known; use Testcontainers 1.21.4 or 2.0.5.");
    }

    /** Makes Testcontainers look again when it next needs the image. */
    void forget(String reference) {
        known.keySet()
                .removeIf(name -> name instanceof DockerImageName image
                        && image.asCanonicalNameString().equals(reference));
    }
}
