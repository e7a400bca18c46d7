package io.nesteddocker.internal.images;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.SourceImage.Names;
import io.nesteddocker.internal.outer.ImageProblem;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import io.nesteddocker.internal.registry.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the images that sources name: in the outer engine, which pulls what it lacks, or in archives.
 *
 * <p>Thread-safe; a missing image is pulled by one thread at a time, and the threads that waited then find it.
 */
public final class SourceImages {

    private static final Logger LOG = LoggerFactory.getLogger(SourceImages.class);
    private static final Map<String, Object> PULLING = new ConcurrentHashMap<>();

    private final OuterEngine outer;
    private final ProgressListener progress;
    private final Cancellation cancellation;

    private SourceImages(OuterEngine outer, ProgressListener progress, Cancellation cancellation) {
        this.outer = outer;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Finds the images of all sources, each image once with all its names, in the order in which they were first named.
     *
     * @throws ImageTransferException if an image is missing, can't be pulled or is not for the outer engine's platform, which is also the
     *     inner engine's
     */
    public static List<SourceImage> resolve(
            OuterEngine outer, List<ImageSource> sources, ProgressListener progress, Cancellation cancellation)
            throws InterruptedException {
        SourceImages images = new SourceImages(outer, progress, cancellation);
        Map<String, SourceImage> found = new LinkedHashMap<>();
        for (ImageSource source : sources) {
            cancellation.throwIfCancelled();
            for (SourceImage image : images.find(source)) {
                String key =
                        image.id() + image.archive().map(path -> " " + path).orElse("");
                found.merge(key, image, SourceImage::mergedWith);
            }
        }
        return List.copyOf(found.values());
    }

    private List<SourceImage> find(ImageSource source) throws InterruptedException {
        if (source instanceof ImageSource.Archive archive) {
            return ArchiveIndex.read(archive.path(), outer.facts().architecture())
                    .images();
        }
        if (source instanceof ImageSource.Outer present) {
            return List.of(present(present.reference()));
        }
        if (source instanceof ImageSource.Registry registry) {
            return List.of(pulled(registry.reference()));
        }
        return List.of(presentOrPulled(((ImageSource.Named) source).reference()));
    }

    private SourceImage present(String reference) {
        return lookUp(reference)
                .map(facts -> checked(reference, facts))
                .orElseThrow(() -> failed(
                        reference,
                        "that engine does not have it",
                        "look at `docker images`, or name it as a plain string to have it pulled",
                        null));
    }

    private SourceImage presentOrPulled(String reference) throws InterruptedException {
        Optional<ImageFacts> facts = lookUp(reference);
        if (facts.isPresent()) {
            return checked(reference, facts.get());
        }
        if (ImageReference.parse(reference).isId()) {
            throw failed(
                    reference, "that engine does not have it, and an ID can't be pulled", "name it by its tag", null);
        }
        synchronized (PULLING.computeIfAbsent(outer.facts().engineId() + " " + reference, key -> new Object())) {
            facts = lookUp(reference);
            return facts.isPresent() ? checked(reference, facts.get()) : pulled(reference);
        }
    }

    private SourceImage pulled(String reference) throws InterruptedException {
        if (ImageReference.parse(reference).isId()) {
            throw failed(reference, "an ID can't be pulled", "name it by its tag", null);
        }
        LOG.debug("Pulling {} into the outer engine", reference);
        try {
            outer.images().pull(reference, platform(), progress, cancellation);
        } catch (ImageProblem e) {
            throw new ImageTransferException(
                    "Tried to pull the image " + reference + " into the outer engine at " + outer.description()
                            + " but that failed: " + withoutFullStop(String.valueOf(e.getMessage()))
                            + ". " + adviceAfterPull(String.valueOf(e.getMessage())),
                    e);
        }
        return lookUp(reference)
                .map(facts -> checked(reference, facts))
                .orElseThrow(() -> failed(
                        reference,
                        "that engine does not have it although the pull succeeded",
                        "look at `docker images`",
                        null));
    }

    private String adviceAfterPull(String reason) {
        return reason.contains("no matching manifest")
                ? "Name an image for " + platform() + ", which the inner engine runs."
                : "Check the name, the connection to the registry, and `docker login`.";
    }

    private Optional<ImageFacts> lookUp(String reference) {
        try {
            return outer.images().find(reference);
        } catch (DockerException e) {
            throw failed(
                    reference,
                    "it refused: " + withoutFullStop(Reason.of(e)),
                    "correct the reference; it looks like alpine:3.20 or registry.example:5000/team/app:1",
                    e);
        }
    }

    private SourceImage checked(String reference, ImageFacts facts) {
        String wanted = platform();
        String has = facts.content().platform();
        if (!facts.content().architecture().isEmpty()
                && !outer.facts().architecture().isEmpty()
                && !has.equals(wanted)) {
            throw failed(
                    reference,
                    "the image there is for " + has + " and the inner engine is " + wanted,
                    "pull it with `docker pull --platform " + wanted + "`, or use an image for " + wanted,
                    null);
        }
        ImageReference parsed = ImageReference.parse(reference);
        Optional<String> tag =
                parsed.tagged().map(ImageReference::familiar).filter(name -> !isIdPrefix(parsed, name, facts));
        Optional<String> digest = parsed.digested().map(ImageReference::familiar);
        return new SourceImage(
                facts.id(),
                new Names(
                        tag.stream().toList(),
                        digests(parsed, digest, facts),
                        digest.stream().toList()),
                facts.content(),
                Optional.empty());
    }

    /** Returns whether the name is the beginning of the image's ID, which an engine accepts if no image has that name. */
    private static boolean isIdPrefix(ImageReference parsed, String tagged, ImageFacts facts) {
        return facts.id().startsWith("sha256:" + parsed.name()) && !facts.tags().contains(tagged);
    }

    private static List<String> digests(ImageReference parsed, Optional<String> asked, ImageFacts facts) {
        String repository = ImageReference.familiar(parsed.name()) + "@";
        List<String> digests = new ArrayList<>(facts.digests().stream()
                .filter(digest -> digest.startsWith(repository))
                .toList());
        asked.filter(digest -> !digests.contains(digest)).ifPresent(digests::add);
        return digests;
    }

    private String platform() {
        return "linux/" + outer.facts().architecture();
    }

    private ImageTransferException failed(String reference, String reason, String cure, @Nullable Throwable cause) {
        return new ImageTransferException(
                "Tried to find the image " + reference + " in the outer engine at " + outer.description() + " but "
                        + reason + "; " + cure + ".",
                cause);
    }

    private static String withoutFullStop(String text) {
        return text.replaceFirst("[.;]$", "");
    }
}
