package io.nesteddocker.internal;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs long work on a thread of its own, so that an interrupt of the caller cancels it in an orderly way instead of cutting off a request.
 *
 * <p>Thread-safe: it holds no state.
 */
public final class CancellableWork {

    /** The time limit for cancelled work to end its current request and to undo its steps. */
    public static final Duration UNWINDING = Duration.ofSeconds(30);

    private CancellableWork() {}

    /** The work. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does the work, and checks from time to time whether it was cancelled. */
        T run(Cancellation cancellation) throws InterruptedException;
    }

    /** Does the work and waits for it; an interrupt cancels the work, and this method waits for its end, for half a minute at most. */
    public static <T> T run(String threadName, Work<T> work) throws InterruptedException {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<T> result = new CompletableFuture<>();
        start(threadName, result, () -> work.run(cancellation));
        try {
            return result.get();
        } catch (InterruptedException e) {
            cancel(cancellation, e);
            awaitQuietly(result);
            throw e;
        } catch (ExecutionException e) {
            throw withCallerFrames(e.getCause());
        }
    }

    /** Starts work on a thread that does not prevent the program's end, and completes {@code result} with its result or failure. */
    public static <T> void start(String threadName, CompletableFuture<T> result, Callable<T> work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(work.call());
                    } catch (Throwable e) {
                        result.completeExceptionally(e);
                    }
                },
                threadName);
        thread.setDaemon(true);
        thread.start();
    }

    private static void cancel(Cancellation cancellation, InterruptedException interrupt) {
        try {
            cancellation.cancel();
        } catch (RuntimeException e) {
            interrupt.addSuppressed(e);
        }
    }

    /** Waits for work that was cancelled, for half a minute at most, and ignores its result. */
    public static void awaitQuietly(CompletableFuture<?> result) {
        try {
            result.get(UNWINDING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            return;
        }
    }

    /** Appends the caller's stack frames to a failure of the working thread, and returns it; throws an {@link Error} as it is. */
    public static RuntimeException withCallerFrames(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        RuntimeException known = failure instanceof RuntimeException runtime
                ? runtime
                : new IllegalStateException("The work failed: " + failure, failure);
        StackTraceElement[] own = known.getStackTrace();
        StackTraceElement[] callers = Thread.currentThread().getStackTrace();
        StackTraceElement[] both = Arrays.copyOf(own, own.length + callers.length);
        System.arraycopy(callers, 0, both, own.length, callers.length);
        known.setStackTrace(both);
        return known;
    }
}
