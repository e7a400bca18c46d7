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
 * <p>docker-java has a template for this, which logs each failure at ERROR before anybody could judge it, and lets those who wait for
 * the stream's start wait on when it fails. Thread-safe but for {@link #onNext}, which one thread calls.
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

    /** Ends the stream; what comes after that is no failure. */
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

    /** Waits until the engine has begun to answer; false if {@code patience} is over first or the request fails, which {@link #onError} gets. */
    public final boolean hasStartedWithin(Duration patience) throws InterruptedException {
        try {
            started.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Waits until the stream is over, or throws what broke it. */
    public final void awaitEnd() throws InterruptedException {
        await(ended, Duration.ofDays(365));
    }

    /** Waits until the stream is over, or throws what broke it; false when {@code patience} is over first. */
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
