package io.nesteddocker.internal.inner;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Deadline;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs several tasks at the same time, until a deadline. The caller closes it. */
final class ParallelTasks implements AutoCloseable {

    private static final int THREADS = 8;

    private final Deadline deadline;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, ParallelTasks::thread);

    ParallelTasks(Deadline deadline) {
        this.deadline = deadline;
    }

    /** The result of a task that has been started. */
    interface Result<T> {
        /** Waits for the result; throws the exception that the task threw. */
        T get() throws InterruptedException;
    }

    <T> Result<T> begin(Callable<T> work) {
        Future<T> future = threads.submit(work);
        return () -> await(future);
    }

    private <T> T await(Future<T> future) throws InterruptedException {
        try {
            return future.get(Math.max(1, deadline.remainingMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new NestedDockerException(
                    "Tried to reset the inner engine but it did not answer in time; start another daemon.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
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
