package io.nesteddocker.internal.launch;

import io.nesteddocker.ImageSource;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.internal.CancellableWork;
import io.nesteddocker.internal.images.TargetStore;
import io.nesteddocker.internal.images.Transfer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Brings images into running daemons. */
public final class ImageLoading {

    private ImageLoading() {}

    /**
     * Brings images into daemons; those of one outer engine share one reading.
     *
     * @return the identities that the images have in the first daemon
     */
    public static List<String> load(List<RunningDaemon> daemons, List<ImageSource> sources, ProgressListener listener)
            throws InterruptedException {
        Map<String, List<RunningDaemon>> byOuterEngine = new LinkedHashMap<>();
        daemons.forEach(daemon -> byOuterEngine
                .computeIfAbsent(daemon.outer().facts().engineId(), engine -> new ArrayList<>())
                .add(daemon));
        List<String> first = List.of();
        for (List<RunningDaemon> group : byOuterEngine.values()) {
            RunningDaemon one = group.get(0);
            List<String> ids = CancellableWork.run(
                    "nested-docker-load-" + one.name(),
                    cancellation -> Transfer.load(
                            one.outer(),
                            one.image(),
                            group.stream().map(ImageLoading::storeOf).toList(),
                            sources,
                            listener,
                            cancellation));
            first = first.isEmpty() ? ids : first;
        }
        return first;
    }

    /** The images of a daemon. */
    static TargetStore storeOf(RunningDaemon daemon) {
        return TargetStore.of(
                daemon.inner().client(), "the nested daemon " + daemon.name(), daemon.log()::reasonOfTheEnd);
    }
}
