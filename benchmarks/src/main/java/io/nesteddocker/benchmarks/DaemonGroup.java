package io.nesteddocker.benchmarks;

import io.nesteddocker.NestedDocker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Several daemons that are started, used and closed at the same time, each by a thread of its own. */
final class DaemonGroup implements AutoCloseable {

    private static final long LONGEST_UNWINDING_MINUTES = 3;

    private final int size;
    private final Queue<NestedDocker> daemons = new ConcurrentLinkedQueue<>();

    DaemonGroup(int size) {
        this.size = size;
    }

    /** Thrown if an action failed for one of the daemons. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        FailedException(Throwable cause) {
            super(cause);
        }
    }

    /** An action for each daemon. */
    interface Work<T> {
        T apply(NestedDocker daemon) throws Exception;
    }

    /** Starts all daemons at the same time, and returns when the last one has answered. */
    void startAll(NestedContender ours) throws InterruptedException, FailedException {
        together(Collections.nCopies(size, () -> daemons.add(ours.start())));
    }

    /** Does some work with each daemon, with all of them at the same time. */
    <T> List<T> each(Work<T> work) throws InterruptedException, FailedException {
        return together(daemons.stream()
                .<Callable<T>>map(daemon -> () -> work.apply(daemon))
                .collect(Collectors.toList()));
    }

    /** Runs tasks at the same time. When this returns or throws, no task is running, unless one does not end for minutes. */
    private static <T> List<T> together(List<Callable<T>> tasks) throws InterruptedException, FailedException {
        if (tasks.isEmpty()) {
            return List.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new FailedException(e.getCause() == null ? e : e.getCause());
        } finally {
            endOf(threads);
        }
    }

    /** Interrupts the tasks and waits for their end, because an interrupted start first undoes what it did. */
    private static void endOf(ExecutorService threads) throws InterruptedException {
        boolean interrupted = Thread.interrupted();
        threads.shutdownNow();
        if (!threads.awaitTermination(LONGEST_UNWINDING_MINUTES, TimeUnit.MINUTES)) {
            Progress.say("some daemons are still being closed");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes the running daemons, all at the same time, even if this thread was interrupted. */
    @Override
    public void close() throws FailedException {
        boolean interrupted = Thread.interrupted();
        try {
            each(daemon -> {
                daemon.close();
                return daemon;
            });
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
