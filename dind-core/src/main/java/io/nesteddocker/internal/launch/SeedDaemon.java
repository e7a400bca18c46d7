package io.nesteddocker.internal.launch;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.StorageDriver;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.images.Transfer;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.seeds.FillingDaemon;
import io.nesteddocker.internal.seeds.ImageStore;
import java.time.Duration;
import java.util.List;

/** A daemon that runs only as long as it takes to load images into a seed. */
final class SeedDaemon implements FillingDaemon {

    private final Options options;
    private final Deadline deadline;
    private final Cancellation cancellation;

    /**
     * Prepares a daemon without starting it.
     *
     * @param options the options of the daemon that will use the seed
     */
    SeedDaemon(Options options, Deadline deadline, Cancellation cancellation) {
        this.options = options;
        this.deadline = deadline;
        this.cancellation = cancellation;
    }

    @Override
    public void fill(String volume, ImageStore store, List<SourceImage> images) throws InterruptedException {
        StorageDriver driver =
                store == ImageStore.CONTAINERD ? StorageDriver.CONTAINERD_OVERLAYFS : StorageDriver.OVERLAY2;
        Duration patience = Duration.ofMillis(Math.max(1, deadline.remainingMillis()));
        Options filling = options.forSeed(volume, driver, patience);
        Thread self = Thread.currentThread();
        Cancellation.Registration registration = cancellation.onCancel(self::interrupt);
        try {
            Launched daemon = Launcher.launch(filling);
            try {
                Transfer.send(
                        daemon.outer(),
                        daemon.container().image(),
                        List.of(daemon.container().images(daemon.inner(), daemon.outer())),
                        images,
                        GuardedListener.of(filling.lifecycle().progress()),
                        cancellation);
            } finally {
                Shutdown.end(daemon, () -> {});
            }
        } catch (NestedDockerException | InterruptedException e) {
            // If the cancellation interrupted this daemon, the caller must get the cancellation, not the interrupt.
            cancellation.throwIfCancelled();
            throw e;
        } finally {
            registration.close();
            if (cancellation.isCancelled()) {
                // The interrupt came from the cancellation and has served its purpose, and an interrupted thread can't
                // undo steps through sockets.
                Thread.interrupted();
            }
        }
        cancellation.throwIfCancelled();
    }
}
