package io.nesteddocker.testkit.internal;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Starts several daemons at the same time. */
final class ParallelStarts {

    private ParallelStarts() {}

    /** Starts all daemons in reach and returns when they run. If starts fail, throws the exception of the first of them. */
    static void start(Reach reach) {
        List<Daemon> asleep = reach.all().stream()
                .filter(declared -> !declared.isForTestsOnly())
                .map(DeclaredDaemon::daemon)
                .filter(daemon -> daemon.started().isEmpty())
                .toList();
        if (asleep.size() == 1) {
            asleep.get(0).docker();
            return;
        }
        List<CompletableFuture<Void>> starts = asleep.stream()
                .map(daemon -> CompletableFuture.runAsync(daemon::docker, ParallelStarts::inAThreadOfItsOwn))
                .toList();
        starts.forEach(ParallelStarts::await);
    }

    private static void inAThreadOfItsOwn(Runnable work) {
        Thread thread = new Thread(work, "nested-docker-test-start");
        thread.setDaemon(true);
        thread.start();
    }

    private static void await(CompletableFuture<Void> start) {
        try {
            start.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
