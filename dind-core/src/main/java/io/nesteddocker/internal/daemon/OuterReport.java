package io.nesteddocker.internal.daemon;

import io.nesteddocker.EngineInfo;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.CancellableWork;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.Labels;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks an outer engine for its description and its number of daemons, with a time limit. */
public final class OuterReport {

    private OuterReport() {}

    /**
     * Asks the engine on which daemons with these options start. Opens a new connection, which shows that the engine can be reached now.
     */
    public static EngineInfo.Outer ask(Options options, Duration patience) {
        Cancellation cancellation = new Cancellation();
        CompletableFuture<EngineInfo.Outer> answer = new CompletableFuture<>();
        // A connection attempt can't always be cancelled, so another thread makes it.
        Threads.start("nested-docker-outer-report", () -> complete(answer, options, cancellation));
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new NoOuterEngineException(
                    "Tried to ask the outer Docker engine for its memory and daemons but it gave no answer within "
                            + patience.toMillis() + " ms; check that it is alive, with `docker info` for example.",
                    e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw cause instanceof OuterEngineException known
                    ? CancellableWork.withCallerFrames(known)
                    : new OuterEngineException(
                            "Tried to ask the outer Docker engine for its memory and daemons but that failed: "
                                    + Reason.of(cause) + ". Check that it is alive, with `docker info` for example.",
                            cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OuterEngineException(
                    "Tried to ask the outer Docker engine for its memory and daemons but the thread was interrupted; try again.",
                    e);
        } finally {
            if (!answer.isDone()) {
                Threads.start("nested-docker-outer-report-end", cancellation::cancel);
            }
        }
    }

    private static void complete(
            CompletableFuture<EngineInfo.Outer> answer, Options options, Cancellation cancellation) {
        try (OuterEngine outer = OuterEngine.connect(options, cancellation)) {
            answer.complete(of(outer, cancellation));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private static EngineInfo.Outer of(OuterEngine outer, Cancellation cancellation) {
        Cancellation.Registration registration = cancellation.onCancel(outer::close);
        try {
            int daemons = outer.containers()
                    .labelled(Labels.KIND + "=" + Labels.DAEMON)
                    .size();
            return new EngineInfo.Outer(
                    outer.description(), outer.version(), outer.processors(), outer.memoryBytes(), daemons);
        } finally {
            registration.close();
        }
    }
}
