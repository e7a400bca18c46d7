package io.nesteddocker.internal.launch;

import io.nesteddocker.ImageSource;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.internal.CancellableWork;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.images.BlobList;
import io.nesteddocker.internal.images.InnerImages;
import io.nesteddocker.internal.images.TargetStore;
import io.nesteddocker.internal.images.Transfer;
import io.nesteddocker.internal.images.TransferFailure;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.outer.OuterEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings images into running daemons and out of them. */
public final class ImageLoading {

    private static final Logger LOG = LoggerFactory.getLogger(ImageLoading.class);

    private ImageLoading() {}

    /**
     * Brings images into daemons; those of one outer engine share one reading. If the daemons of one engine fail, the others are served all
     * the same.
     *
     * @return the identities that the images have in the first daemon
     */
    public static List<String> load(List<RunningDaemon> daemons, List<ImageSource> sources, ProgressListener listener)
            throws InterruptedException {
        ProgressListener guarded = GuardedListener.of(listener);
        Map<String, List<RunningDaemon>> byOuterEngine = new LinkedHashMap<>();
        daemons.forEach(daemon -> byOuterEngine
                .computeIfAbsent(daemon.outer().facts().engineId(), engine -> new ArrayList<>())
                .add(daemon));
        TransferFailure failure = new TransferFailure();
        List<String> ofFirst = List.of();
        for (List<RunningDaemon> group : byOuterEngine.values()) {
            try {
                List<String> ids = loadOfOneEngine(group, sources, guarded);
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
            List<RunningDaemon> daemons, List<ImageSource> sources, ProgressListener listener)
            throws InterruptedException {
        RunningDaemon one = daemons.get(0);
        return CancellableWork.run(
                "nested-docker-load-" + one.name(),
                cancellation -> Transfer.load(
                        one.outer(),
                        one.image(),
                        daemons.stream().map(ImageLoading::storeOf).toList(),
                        sources,
                        listener,
                        cancellation));
    }

    /** The names of images that are to leave a daemon, of which there is at least one. */
    public static List<String> named(RunningDaemon daemon, Collection<String> references) {
        if (references.isEmpty()) {
            throw new IllegalArgumentException("Tried to take images out of " + description(daemon.name())
                    + " but none was named; name at least one.");
        }
        return List.copyOf(references);
    }

    /** Writes images of a daemon into a file, which is there with all of them or as it was before. */
    public static void save(RunningDaemon daemon, List<String> references, Path file) throws InterruptedException {
        Path saved = CancellableWork.run("nested-docker-save-" + daemon.name(), cancellation -> {
            imagesOf(daemon, cancellation).save(references, file);
            return file;
        });
        LOG.debug("Saved {} to {}", references, saved);
    }

    /** Brings images of a daemon into the outer engine, and returns the identities that they have there. */
    public static List<String> copyToOuter(RunningDaemon daemon, List<String> references) throws InterruptedException {
        return CancellableWork.run(
                "nested-docker-copy-" + daemon.name(),
                cancellation -> imagesOf(daemon, cancellation).copyTo(daemon.outer(), daemon.image(), references));
    }

    private static InnerImages imagesOf(RunningDaemon daemon, Cancellation cancellation) {
        return new InnerImages(daemon.inner().client(), description(daemon.name()), daemon.progress(), cancellation);
    }

    /** The images of a daemon. */
    static TargetStore storeOf(RunningDaemon daemon) {
        return storeOf(daemon.name(), daemon.inner(), daemon.log(), daemon.outer(), daemon.containerId());
    }

    /** The images of a daemon that is on its way up. */
    static TargetStore storeOf(String name, InnerEngine inner, DaemonLog log, OuterEngine outer, String containerId) {
        return TargetStore.of(
                inner.client(), description(name), log::reasonOfTheEnd, BlobList.in(outer.containers(), containerId));
    }

    private static String description(String name) {
        return "the nested daemon " + name;
    }
}
