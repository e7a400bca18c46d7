package io.nesteddocker.internal.sweep;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The actions at the orderly end of the program: one hook of the Java runtime for all daemons, which ends them at the same time.
 *
 * <p>The hook makes the end quick and quiet. Nothing depends on it, because the lease ends the daemon container without it. Thread-safe.
 */
public final class ShutdownHook {

    private static final Logger LOG = LoggerFactory.getLogger(ShutdownHook.class);
    private static final long LONGEST_MILLIS = 20_000;
    private static final Set<Runnable> ACTIONS = new LinkedHashSet<>();
    private static boolean installed;

    private ShutdownHook() {}

    /** Runs {@code action} when the program ends, unless {@link #forget} is called first. */
    public static synchronized void onExit(Runnable action) {
        ACTIONS.add(action);
        if (!installed) {
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(ShutdownHook::runAll, "nested-docker-shutdown"));
                installed = true;
            } catch (IllegalStateException e) {
                LOG.debug("The program is ending already", e);
            }
        }
    }

    /** Removes an action. */
    public static synchronized void forget(Runnable action) {
        ACTIONS.remove(action);
    }

    private static synchronized List<Runnable> takeAll() {
        List<Runnable> all = List.copyOf(ACTIONS);
        ACTIONS.clear();
        return all;
    }

    private static void runAll() {
        List<Thread> threads = new ArrayList<>();
        for (Runnable action : takeAll()) {
            Thread thread = new Thread(() -> runOne(action), "nested-docker-shutdown-" + threads.size());
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        long end = System.nanoTime() + LONGEST_MILLIS * 1_000_000;
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void runOne(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("A nested daemon could not be ended cleanly; it ends by itself when this program has ended", e);
        }
    }
}
