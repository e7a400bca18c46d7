package io.nesteddocker.internal.daemon;

import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.internal.CancellableWork;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.images.InnerImages;
import io.nesteddocker.internal.images.Transfer;
import io.nesteddocker.internal.images.TransferFailure;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies images into running daemons and out of them. */
public final class ImageLoading {

    private static final Logger LOG = LoggerFactory.getLogger(ImageLoading.class);

    private static final String LOAD = "load images into";

    private ImageLoading() {}

    /** Loads images into a daemon, and returns the IDs that they have there. */
    public static List<String> load(Daemon daemon, ProgressListener listener, ImageSource... sources) {
        return daemon.guard().get(LOAD, () -> loadIntoAll(List.of(daemon), List.of(sources), listener));
    }

    /** Loads images into several daemons. If one of them is already closed, throws an exception and loads nothing. */
    public static void load(List<Daemon> daemons, ImageSource... sources) {
        if (daemons.isEmpty()) {
            return;
        }
        daemons.forEach(daemon -> daemon.guard().refuseWhenClosed(LOAD));
        Daemon first = daemons.get(0);
        List<String> ids = first.guard().get(LOAD, () -> loadIntoAll(daemons, List.of(sources), first.progress()));
        LOG.debug("{} daemons have the images {}", daemons.size(), ids);
    }

    /**
     * Reads the images once per outer engine, for all its daemons. If the daemons of one engine fail, the daemons of the others are still
     * served.
     */
    private static List<String> loadIntoAll(List<Daemon> daemons, List<ImageSource> sources, ProgressListener listener)
            throws InterruptedException {
        ProgressListener guarded = GuardedListener.of(listener);
        // Two uploads of one layer to the same containerd would wait for each other, so each daemon is in it once.
        Map<String, Map<String, Daemon>> byOuterEngine = new LinkedHashMap<>();
        daemons.forEach(daemon -> byOuterEngine
                .computeIfAbsent(daemon.outer().facts().engineId(), engine -> new LinkedHashMap<>())
                .putIfAbsent(daemon.containerId(), daemon));
        TransferFailure failure = new TransferFailure();
        List<String> ofFirst = List.of();
        for (Map<String, Daemon> group : byOuterEngine.values()) {
            try {
                List<String> ids = loadOfOneEngine(List.copyOf(group.values()), sources, guarded);
                ofFirst = ofFirst.isEmpty() ? ids : ofFirst;
            } catch (RuntimeException e) {
                failure.add(e);
            } catch (InterruptedException e) {
                failure.suppressIn(e);
                throw e;
            }
        }
        failure.throwIfAny();
        return ofFirst;
    }

    private static List<String> loadOfOneEngine(
            List<Daemon> daemons, List<ImageSource> sources, ProgressListener listener) throws InterruptedException {
        Daemon one = daemons.get(0);
        try {
            return CancellableWork.run(
                    "nested-docker-load-" + one.name(),
                    cancellation -> Transfer.load(
                            one.outer(),
                            one.image(),
                            daemons.stream().map(Daemon::images).toList(),
                            sources,
                            listener,
                            cancellation));
        } catch (RuntimeException e) {
            GuardedListener.rethrow(e);
            Optional<Daemon> closed = daemons.stream().filter(Daemon::isClosed).findFirst();
            if (closed.isEmpty()) {
                throw e;
            }
            loadIntoOpen(daemons, sources, listener, e);
            throw new ImageTransferException(closed.get().guard().endedMeanwhile(LOAD), e);
        }
    }

    /**
     * After a load failed and some daemons were closed, loads the images again into the open ones. The first load may have read the images
     * through a connection that the close ended. If an open daemon fails for another reason, this load throws that reason.
     */
    private static void loadIntoOpen(
            List<Daemon> daemons, List<ImageSource> sources, ProgressListener listener, RuntimeException first)
            throws InterruptedException {
        List<Daemon> open =
                daemons.stream().filter(daemon -> !daemon.isClosed()).toList();
        if (open.isEmpty()) {
            return;
        }
        try {
            List<String> ids = loadOfOneEngine(open, sources, listener);
            LOG.debug("{} daemons are still open and have the images {}", open.size(), ids);
        } catch (RuntimeException | InterruptedException e) {
            e.addSuppressed(first);
            throw e;
        }
    }

    private static List<String> named(Daemon daemon, Collection<String> references) {
        if (references.isEmpty()) {
            throw new IllegalArgumentException(
                    "Tried to read images of " + daemon.description() + " but none was named; name at least one.");
        }
        return List.copyOf(references);
    }

    /** Writes images of a daemon into a file. If that fails, the file is as it was before. */
    public static void save(Daemon daemon, Collection<String> references, Path file) {
        List<String> named = named(daemon, references);
        Path saved = daemon.guard()
                .get(
                        "save images of",
                        () -> CancellableWork.run("nested-docker-save-" + daemon.name(), cancellation -> {
                            imagesOf(daemon, cancellation).save(named, file);
                            return file;
                        }));
        LOG.debug("Saved {} to {}", named, saved);
    }

    /** Copies images of a daemon into the outer engine, and returns the IDs that they have there. */
    public static List<String> copyToOuter(Daemon daemon, Collection<String> references) {
        List<String> named = named(daemon, references);
        return daemon.guard()
                .get(
                        "copy images out of",
                        () -> CancellableWork.run(
                                "nested-docker-copy-" + daemon.name(),
                                cancellation ->
                                        imagesOf(daemon, cancellation).copyTo(daemon.outer(), daemon.image(), named)));
    }

    private static InnerImages imagesOf(Daemon daemon, Cancellation cancellation) {
        return new InnerImages(daemon.inner().client(), daemon.description(), daemon.progress(), cancellation);
    }
}
