package io.nesteddocker.internal.http;

import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Threads;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a connection if a step takes too long, because most streams have no time-out of their own. Thread-safe. */
public final class TimeLimit implements AutoCloseable {

    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Duration patience;
    private final Closeable connection;
    private volatile boolean struck;

    private TimeLimit(Duration patience, Closeable connection) {
        this.patience = patience;
        this.connection = connection;
    }

    /** Starts the time, which {@link #close()} stops. */
    public static TimeLimit of(Duration patience, Closeable connection) {
        TimeLimit limit = new TimeLimit(patience, connection);
        limit.done.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).exceptionally(limit::strike);
        return limit;
    }

    /** Closes the connection on another thread, because closing can wait for a lock, and the JDK has only one timer thread. */
    private @Nullable Void strike(Throwable late) {
        struck = true;
        Threads.start("nested-docker-time-limit", () -> Quietly.close(connection));
        return null;
    }

    /** Returns a time-out if this limit closed the connection and so caused the failure, and otherwise the failure itself. */
    public IOException explained(IOException failure) {
        if (!struck) {
            return failure;
        }
        InterruptedIOException late = new InterruptedIOException("no answer within " + patience.toMillis() + " ms");
        late.addSuppressed(failure);
        return late;
    }

    @Override
    public void close() {
        done.complete(null);
    }
}
