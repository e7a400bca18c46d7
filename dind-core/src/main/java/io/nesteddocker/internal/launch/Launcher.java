package io.nesteddocker.internal.launch;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.sweep.ShutdownHook;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Starts a daemon on a thread of its own, so that the caller can be interrupted at any moment without tearing a request apart.
 *
 * <p>A request that is cut off in the middle may still be carried out, and what it made would be nobody's. So the caller only asks the
 * launching thread to stop, which ends its current request, unwinds, and is waited for.
 */
public final class Launcher {

    /** How long one request to the outer engine and the unwinding may take after the start-up timeout. */
    private static final long UNWIND_MILLIS = 30_000;

    private Launcher() {}

    /** Starts a daemon; whenever it throws, nothing is left behind. */
    public static RunningDaemon launch(NestedDockerSpec spec) {
        String name = spec.name().isEmpty() ? freshName() : spec.name();
        Cancellation cancellation = new Cancellation();
        Launch launch = new Launch(spec, name, Deadline.in(spec.startupTimeout()), cancellation);
        CompletableFuture<RunningDaemon> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> complete(result, launch), "nested-docker-launch-" + name);
        thread.setDaemon(true);
        Runnable atExit = () -> {
            cancellation.cancel();
            joinQuietly(result);
        };
        ShutdownHook.onExit(atExit);
        try {
            thread.start();
            return await(spec, result, launch, cancellation);
        } finally {
            ShutdownHook.forget(atExit);
        }
    }

    private static RunningDaemon await(
            NestedDockerSpec spec, CompletableFuture<RunningDaemon> result, Launch launch, Cancellation cancellation) {
        Deadline patience = Deadline.in(spec.startupTimeout());
        boolean interrupted = false;
        boolean late = false;
        try {
            while (true) {
                try {
                    return result.get(
                            Math.max(1, late ? UNWIND_MILLIS : patience.remainingMillis()), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancellation.cancel();
                } catch (TimeoutException e) {
                    if (late) {
                        throw launch.failure(
                                "the outer engine did not answer, and what was created may still be there", e);
                    }
                    late = true;
                    cancellation.cancel();
                } catch (ExecutionException e) {
                    throw translated(Objects.requireNonNullElse(e.getCause(), e), launch, interrupted, late);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A daemon that came up after all is of no use to a caller who was interrupted, so {@link Launch} has closed it then. */
    private static RuntimeException translated(Throwable failure, Launch launch, boolean interrupted, boolean late) {
        if (failure instanceof Cancellation.CancelledException) {
            return launch.failure(
                    interrupted ? "the thread was interrupted" : late ? "the time was over" : "the program is ending",
                    failure);
        }
        if (failure instanceof NestedDockerException || failure instanceof IllegalStateException) {
            return (RuntimeException) failure;
        }
        return launch.failure(failure);
    }

    private static void complete(CompletableFuture<RunningDaemon> result, Launch launch) {
        try {
            result.complete(launch.run());
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    private static void joinQuietly(CompletableFuture<RunningDaemon> result) {
        try {
            result.get(UNWIND_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            return;
        }
    }

    private static String freshName() {
        byte[] random = new byte[4];
        ThreadLocalRandom.current().nextBytes(random);
        return "dind-" + HexFormat.of().formatHex(random);
    }
}
