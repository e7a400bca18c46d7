package io.nesteddocker.internal.images;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.OuterEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Transfers images to engines: reads them once, sends to each engine what it lacks, and checks that it has them. */
public final class Transfer {

    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private final List<TargetStore> targets;
    private final TransferProgress progress;
    private final Cancellation cancellation;

    Transfer(List<TargetStore> targets, ProgressListener listener, Cancellation cancellation) {
        this.targets = targets;
        this.progress = new TransferProgress(listener);
        this.cancellation = cancellation;
    }

    /**
     * Transfers images to engines that the outer engine hosts.
     *
     * @param readerImage an image of the outer engine with a shell, for the container that reads layers
     * @return the IDs that the images have in the first engine, in the order of the sources
     * @throws ImageTransferException if an engine did not load an image; the others have loaded it if they could
     */
    public static List<String> load(
            OuterEngine outer,
            String readerImage,
            List<TargetStore> targets,
            List<ImageSource> sources,
            ProgressListener listener,
            Cancellation cancellation)
            throws InterruptedException {
        List<SourceImage> images = SourceImages.resolve(outer, sources, listener, cancellation);
        return send(outer, readerImage, targets, images, listener, cancellation);
    }

    /** Transfers images that {@link SourceImages} has found; see {@link #load}. */
    public static List<String> send(
            OuterEngine outer,
            String readerImage,
            List<TargetStore> targets,
            List<SourceImage> images,
            ProgressListener listener,
            Cancellation cancellation)
            throws InterruptedException {
        Transfer transfer = new Transfer(targets, listener, cancellation);
        Map<Optional<Path>, List<SourceImage>> byOrigin = new LinkedHashMap<>();
        images.forEach(image -> byOrigin.computeIfAbsent(image.archive(), origin -> new ArrayList<>())
                .add(image));
        TransferFailure failure = new TransferFailure();
        Map<SourceImage, String> ids = new HashMap<>();
        for (Map.Entry<Optional<Path>, List<SourceImage>> group : byOrigin.entrySet()) {
            List<SourceImage> ofOne = group.getValue();
            try {
                List<String> inside = group.getKey().isPresent()
                        ? transfer.fromArchive(group.getKey().get(), outer, ofOne)
                        : transfer.fromOuter(outer, readerImage, ofOne);
                for (int i = 0; i < ofOne.size(); i++) {
                    ids.put(ofOne.get(i), inside.get(i));
                }
            } catch (ImageTransferException e) {
                failure.add(e);
            }
        }
        failure.throwIfAny();
        return images.stream().map(ids::get).distinct().toList();
    }

    private List<String> fromOuter(OuterEngine outer, String readerImage, List<SourceImage> images)
            throws InterruptedException {
        List<Delivery> deliveries = deliveries(targets, images, outer.storage().hasContainerdStore());
        List<Attempt> attempts = new ArrayList<>();
        if (LayerTransfer.suits(outer, images)) {
            attempts.add(new Attempt(new LayerTransfer(outer, readerImage, cancellation), false));
        }
        if (BlobTransfer.suits(outer, images)) {
            attempts.add(new Attempt(new BlobTransfer(outer, readerImage, cancellation), false));
        }
        TransferMethod saved = new SaveTransfer(outer.client(), cancellation);
        attempts.add(new Attempt(saved, false));
        attempts.add(new Attempt(saved, true));
        return run(deliveries, images, attempts, "the outer engine at " + outer.description());
    }

    private List<String> fromArchive(Path path, OuterEngine outer, List<SourceImage> images)
            throws InterruptedException {
        boolean firstKind = targets.get(0).isContainerdStore();
        TransferFailure failure = new TransferFailure();
        List<String> ids = List.of();
        for (boolean kind : new boolean[] {!firstKind, firstKind}) {
            List<TargetStore> alike = targets.stream()
                    .filter(target -> target.isContainerdStore() == kind)
                    .toList();
            if (!alike.isEmpty()) {
                TransferMethod method = new ArchiveTransfer(path, outer.facts().architecture(), cancellation);
                List<Attempt> attempts = List.of(new Attempt(method, false), new Attempt(method, true));
                try {
                    ids = run(deliveries(alike, images, false), images, attempts, "the archive " + path);
                } catch (ImageTransferException e) {
                    failure.add(e);
                }
            }
        }
        failure.throwIfAny();
        return ids;
    }

    private static List<Delivery> deliveries(
            List<TargetStore> targets, List<SourceImage> images, boolean fromContainerdStore) {
        return targets.stream()
                .map(target -> new Delivery(target, images, fromContainerdStore))
                .toList();
    }

    /**
     * One attempt to send images.
     *
     * @param method the transfer method
     * @param everything whether to send also the layers that an engine seems to have
     */
    record Attempt(TransferMethod method, boolean everything) {}

    /** Makes one attempt after the other, until all engines have all images or refuse them for good. */
    List<String> run(List<Delivery> deliveries, List<SourceImage> images, List<Attempt> attempts, String origin)
            throws InterruptedException {
        for (Delivery delivery : deliveries) {
            delivery.compare();
        }
        boolean nothingToDo = deliveries.stream()
                .allMatch(delivery -> delivery.missingImages().isEmpty() && delivery.failure() == null);
        ImageTransferException unreadable = null;
        List<Delivery> open = open(deliveries);
        for (int i = 0; i < attempts.size() && !open.isEmpty(); i++) {
            unreadable = attempt(attempts.get(i), open, origin);
            cancellation.throwIfCancelled();
            if (i + 1 < attempts.size()) {
                retry(open.stream().filter(Delivery::mayBeRetried).toList());
            }
            open = open(deliveries);
        }
        throwFirst(unreadable, deliveries);
        if (nothingToDo) {
            images.forEach(image -> progress.alreadyThere(image.title()));
        } else {
            progress.done();
        }
        return images.stream().map(deliveries.get(0)::idInTarget).toList();
    }

    private static void retry(List<Delivery> deliveries) throws InterruptedException {
        for (Delivery delivery : deliveries) {
            delivery.retry();
        }
    }

    private static List<Delivery> open(List<Delivery> deliveries) {
        return deliveries.stream()
                .filter(delivery -> !delivery.missingImages().isEmpty())
                .toList();
    }

    /** Returns the reason why the images can't be read by this transfer method, or null; an engine's own failure is in its delivery. */
    private @Nullable ImageTransferException attempt(Attempt attempt, List<Delivery> deliveries, String origin)
            throws InterruptedException {
        TransferMethod method = attempt.method();
        if (attempt.everything()) {
            deliveries.forEach(Delivery::treatAllLayersAsMissing);
        }
        Set<String> layers = new LinkedHashSet<>();
        deliveries.forEach(delivery -> layers.addAll(delivery.missingLayers()));
        List<SourceImage> images = deliveries.get(0).missingImages();
        LOG.debug("Sending {} layers of {} by way of {}", layers.size(), Delivery.title(images), method.description());
        progress.begin(
                Delivery.title(images),
                size(deliveries, images, layers),
                deliveries.stream().anyMatch(Delivery::mayLeaveOut) ? 0 : layers.size());
        Cancellation.Registration registration =
                cancellation.onCancel(() -> deliveries.forEach(delivery -> delivery.breakOff("it was cancelled")));
        try {
            deliveries.forEach(Delivery::open);
            method.send(deliveries, progress);
            progress.unpacking();
            for (Delivery delivery : deliveries) {
                delivery.finish();
            }
            return null;
        } catch (IOException | DockerException e) {
            cancellation.throwIfCancelled();
            LOG.debug("{} can't be sent by way of {}: {}", Delivery.title(images), method.description(), Reason.of(e));
            String title = Delivery.title(images);
            retry(deliveries);
            String reason = Reason.of(e).replaceFirst("[.;]$", "");
            return new ImageTransferException(
                    "Tried to read " + title + " from " + origin + " but that failed: " + reason + ". "
                            + SaveTransfer.adviceFor(reason, "Check that the source is still there, and try again."),
                    e);
        } catch (InterruptedException | RuntimeException e) {
            deliveries.forEach(delivery -> delivery.breakOff("it was given up"));
            throw e;
        } finally {
            registration.close();
        }
    }

    /** Returns the number of bytes to send, or 0 if it is not known in advance because some layers are left out. */
    private static long size(List<Delivery> deliveries, List<SourceImage> images, Set<String> layers) {
        boolean all = deliveries.stream().noneMatch(Delivery::mayLeaveOut)
                && images.stream().allMatch(image -> layers.containsAll(image.layers()));
        return all ? SourceImage.sizeInBytes(images) : 0;
    }

    private static void throwFirst(@Nullable ImageTransferException unreadable, List<Delivery> deliveries) {
        TransferFailure failure = new TransferFailure();
        failure.add(unreadable);
        deliveries.forEach(delivery -> failure.add(delivery.failure()));
        failure.throwIfAny();
    }
}
