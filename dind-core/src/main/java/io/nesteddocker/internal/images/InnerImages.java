package io.nesteddocker.internal.images;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.SourceImage.Names;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import io.nesteddocker.internal.outer.OuterStorage;
import io.nesteddocker.internal.registry.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies images out of an inner engine: into a file, or into the outer engine. Thread-safe. */
public final class InnerImages {

    private static final Logger LOG = LoggerFactory.getLogger(InnerImages.class);
    private static final int BUFFER = 64 * 1024;

    private final DockerClient inner;
    private final String description;
    private final ProgressListener listener;
    private final Cancellation cancellation;

    /**
     * Prepares to copy images of an inner engine.
     *
     * @param inner the engine's client, which stays open
     * @param description the engine's name in messages
     */
    public InnerImages(DockerClient inner, String description, ProgressListener listener, Cancellation cancellation) {
        this.inner = inner;
        this.description = description;
        this.listener = listener;
        this.cancellation = cancellation;
    }

    /**
     * Copies images to the outer engine, only the layers that it lacks, and returns the IDs that the images have there.
     *
     * @param readerImage an image of the outer engine with a shell, for the container that lists its blobs
     */
    public List<String> copyTo(OuterEngine outer, String readerImage, List<String> references)
            throws InterruptedException {
        List<SourceImage> images = find(references);
        boolean containerd = OuterStorage.of(inner.infoCmd().exec()).hasContainerdStore();
        TargetStore target = TargetStore.outer(outer, readerImage, cancellation);
        TransferMethod saved = new SaveTransfer(inner, cancellation);
        return new Transfer(List.of(target), listener, cancellation)
                .run(
                        List.of(new Delivery(target, images, containerd)),
                        images,
                        List.of(new Transfer.Attempt(saved, false), new Transfer.Attempt(saved, true)),
                        description);
    }

    /** Writes an archive of images; if this fails, the file stays as it was before. */
    public void save(List<String> references, Path file) throws InterruptedException {
        List<SourceImage> images = find(references);
        String title = Delivery.title(images);
        Path target = target(title, file);
        Path part =
                target.resolveSibling("." + target.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".part");
        try {
            write(images, title, part);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | DockerException e) {
            cancellation.throwIfCancelled();
            throw failed(title, file, Reason.of(e), e);
        } catch (ImageTransferException e) {
            throw failed(title, file, "the daemon sent an incomplete archive", e);
        } finally {
            removeQuietly(part);
        }
        TransferProgress progress = new TransferProgress(listener);
        progress.saved(title, sizeOf(target));
    }

    /**
     * Returns the path to which the finished archive is moved. Links are followed and devices are refused, because the move would replace
     * them.
     */
    private Path target(String title, Path file) {
        try {
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                return file.toAbsolutePath();
            }
            if (!Files.isRegularFile(file)) {
                throw failed(title, file, "that path is neither a file nor a link to a file", null);
            }
            return file.toRealPath();
        } catch (IOException e) {
            throw failed(title, file, Reason.of(e), e);
        }
    }

    private void write(List<SourceImage> images, String title, Path part) throws IOException {
        TransferProgress progress = new TransferProgress(listener);
        progress.beginSaving(title, SourceImage.sizeInBytes(images));
        List<String> names = new ArrayList<>();
        images.forEach(image -> names.addAll(image.tags().isEmpty() ? List.of(image.id()) : image.tags()));
        try (OutputStream target = Files.newOutputStream(part);
                InputStream saved = SaveTransfer.save(inner, names, cancellation)) {
            byte[] buffer = new byte[BUFFER];
            for (int count = saved.read(buffer); count >= 0; count = saved.read(buffer)) {
                target.write(buffer, 0, count);
                progress.bytes(count);
            }
        }
        // An engine that fails halfway has sent status 200 long before; only the broken archive shows the failure.
        int found = ArchiveIndex.read(part, images.get(0).content().architecture())
                .images()
                .size();
        if (found < images.size()) {
            throw new IOException("the archive has " + found + " of " + images.size() + " images");
        }
    }

    private List<SourceImage> find(List<String> references) {
        Map<String, SourceImage> images = new LinkedHashMap<>();
        for (String reference : references) {
            SourceImage image = find(reference);
            images.merge(image.id(), image, SourceImage::mergedWith);
        }
        return List.copyOf(images.values());
    }

    private SourceImage find(String reference) {
        try {
            ImageFacts facts = ImageFacts.of(inner.inspectImageCmd(reference).exec());
            Optional<String> tag = ImageReference.parse(reference)
                    .tagged()
                    .map(ImageReference::familiar)
                    .filter(facts.tags()::contains);
            return new SourceImage(facts.id(), Names.of(tag.stream().toList()), facts.content(), Optional.empty());
        } catch (NotFoundException e) {
            throw notFound(reference, "that engine does not have it", e);
        } catch (DockerException e) {
            throw notFound(reference, "it refused: " + Reason.of(e).replaceFirst("[.;]$", ""), e);
        }
    }

    private ImageTransferException notFound(String reference, String reason, @Nullable Throwable cause) {
        return new ImageTransferException(
                "Tried to find the image " + reference + " in " + description + " but " + reason
                        + "; list its images with client().listImagesCmd().",
                cause);
    }

    private ImageTransferException failed(String title, Path file, String reason, @Nullable Throwable cause) {
        return new ImageTransferException(
                "Tried to save " + title + " of " + description + " to " + file + " but that failed: "
                        + reason.replaceFirst("[.;]$", "") + ". "
                        + SaveTransfer.adviceFor(
                                reason, "Name a file in a folder that exists and has free space, and try again."),
                cause);
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void removeQuietly(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            LOG.warn("The unfinished archive {} could not be removed: {}", part, Reason.of(e));
        }
    }
}
