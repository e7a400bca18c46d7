package io.nesteddocker.internal.inner;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Does several things at the same time, until a deadline. Close it. */
final class SideBySide implements AutoCloseable {

    private static final int THREADS = 8;

    private final Deadline deadline;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, SideBySide::thread);

    SideBySide(Deadline deadline) {
        this.deadline = deadline;
    }

    /** Returns all results, in the order of their work; throws what the first that failed threw. */
    <T> List<T> all(List<Callable<T>> work) throws InterruptedException {
        List<Future<T>> futures =
                threads.invokeAll(work, Math.max(1, deadline.remainingMillis()), TimeUnit.MILLISECONDS);
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            try {
                results.add(future.get());
            } catch (CancellationException e) {
                throw new NestedDockerException(
                        "Tried to reset the inner engine but it did not answer in time; start another.", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "nested-docker-reset");
        thread.setDaemon(true);
        return thread;
    }
}
