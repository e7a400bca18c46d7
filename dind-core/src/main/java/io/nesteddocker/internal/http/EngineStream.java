package io.nesteddocker.internal.http;

import com.github.dockerjava.api.async.ResultCallback;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A stream of items from the outer engine.
 *
 * <p>docker-java's own {@code ResultCallbackTemplate} logs each failure at ERROR, even if the caller handles it, and if the request fails,
 * callers that await the start of the stream wait on. Thread-safe except for {@link #onNext}, which one thread calls.
 */
public abstract class EngineStream<T> implements ResultCallback<T> {

    private final CompletableFuture<Closeable> started = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    @Override
    public void onStart(Closeable stream) {
        if (!started.complete(stream)) {
            closeQuietly(stream);
        }
    }

    @Override
    public void onError(Throwable failure) {
        started.completeExceptionally(failure);
        ended.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        ended.complete(null);
    }

    /** Ends the stream; later failures are ignored. */
    @Override
    public void close() throws IOException {
        ended.complete(null);
        if (started.cancel(false) || started.isCompletedExceptionally()) {
            return;
        }
        started.join().close();
    }

    /** Waits until the engine has begun to answer. */
    public final void awaitStart(Duration patience) throws InterruptedException {
        await(started, patience);
    }

    /**
     * Waits until the engine has begun to answer; returns false if {@code patience} is over first, or if the request fails, in which case
     * {@link #onError} is called with the failure.
     */
    public final boolean hasStartedWithin(Duration patience) throws InterruptedException {
        try {
            started.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Waits until the stream has ended, or throws the failure that ended it. */
    public final void awaitEnd() throws InterruptedException {
        await(ended, Duration.ofDays(365));
    }

    /** Waits until the stream has ended, or throws the failure that ended it; returns false if {@code patience} is over first. */
    public final boolean awaitEnd(Duration patience) throws InterruptedException {
        try {
            ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        return e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(Reason.of(e), e);
    }

    private static void await(CompletableFuture<?> future, Duration patience) throws InterruptedException {
        try {
            future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the outer engine did not begin to answer within " + patience.toSeconds() + " seconds", e);
        }
    }

    private void closeQuietly(Closeable stream) {
        try {
            stream.close();
        } catch (IOException e) {
            onError(e);
        }
    }
}
