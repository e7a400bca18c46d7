package io.nesteddocker.internal.daemon;

import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.launch.Hold.Condition;
import io.nesteddocker.internal.launch.Launched;
import io.nesteddocker.internal.launch.Launcher;
import io.nesteddocker.internal.launch.Shutdown;
import io.nesteddocker.internal.options.Options;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fresh daemon that this program leaves for the next one. It is started beside the program, so that it is there even if the program is
 * killed. Thread-safe.
 */
final class Spare {

    private static final Logger LOG = LoggerFactory.getLogger(Spare.class);

    private final Thread thread;

    private Spare(Thread thread) {
        this.thread = thread;
    }

    /** Begins to start a daemon with these options. */
    static Spare begin(Options options) {
        Thread thread = new Thread(() -> start(options.silent()), "nested-docker-spare");
        thread.setDaemon(true);
        thread.start();
        return new Spare(thread);
    }

    private static void start(Options options) {
        try {
            Launched daemon = Launcher.launchAnother(options);
            daemon.container().hold().orElseThrow().write(Condition.CLEAN);
            Shutdown.detach(daemon, () -> {});
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "No spare daemon could be left for the next program, whose start will take longer: {}",
                    Reason.of(e));
        }
    }

    /** Waits until the daemon is there, or could not be started. */
    void await() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
