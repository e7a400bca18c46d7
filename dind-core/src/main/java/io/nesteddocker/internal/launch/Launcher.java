package io.nesteddocker.internal.launch;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.StartupException;
import io.nesteddocker.internal.CancellableWork;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.sweep.ShutdownHook;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a daemon on a thread of its own, so that the caller can be interrupted at any moment without breaking off a request.
 *
 * <p>A request that is cut off in the middle may still be carried out, and then nothing would remove what it created. So the caller asks
 * the launching thread to stop, and waits for it. That thread ends its current request and undoes its steps.
 */
public final class Launcher {

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    /** The extra time that the caller waits for the launching thread, whose exception explains better what took so long. */
    private static final Duration FIRST_SAY = Duration.ofMillis(250);

    private static final Duration NOTHING_TO_UNWIND = Duration.ofSeconds(1);
    private static final String INTERRUPTED = "the thread was interrupted";
    private static final String TOO_LATE = "the time was over";

    private Launcher() {}

    /** Starts a daemon, or takes a daemon that an earlier program has left. If the method throws, it leaves nothing behind. */
    public static Launched launch(Options options) {
        return launch(options, true);
    }

    /** Starts a daemon even if an earlier program has left one. If the method throws, it leaves nothing behind. */
    public static Launched launchAnother(Options options) {
        return launch(options, false);
    }

    private static Launched launch(Options options, boolean takesLeftDaemon) {
        Slf4jCheck.warnOnce();
        String name = options.container().name().isEmpty()
                ? freshName()
                : options.container().name();
        Cancellation cancellation = new Cancellation();
        Launch launch = new Launch(new LaunchContext(options, name, cancellation), takesLeftDaemon);
        CompletableFuture<Launched> result = new CompletableFuture<>();
        Runnable atExit = () -> {
            cancel(cancellation);
            CancellableWork.awaitQuietly(result);
        };
        ShutdownHook.onExit(atExit);
        try {
            CancellableWork.start("nested-docker-launch-" + name, result, launch::run);
            return await(options, result, launch, cancellation);
        } finally {
            ShutdownHook.forget(atExit);
        }
    }

    private static Launched await(
            Options options, CompletableFuture<Launched> result, Launch launch, Cancellation cancellation) {
        Deadline deadline = Deadline.in(options.lifecycle().startupTimeout().plus(FIRST_SAY));
        String givenUp = "";
        InterruptedException interrupt = null;
        try {
            while (true) {
                try {
                    return result.get(Math.max(1, deadline.remainingMillis()), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupt = e;
                    givenUp = INTERRUPTED;
                } catch (TimeoutException e) {
                    if (!givenUp.isEmpty()) {
                        throw abandoned(launch, givenUp, cause(interrupt, e));
                    }
                    givenUp = TOO_LATE;
                } catch (ExecutionException e) {
                    throw translated(cause(interrupt, Objects.requireNonNullElse(e.getCause(), e)), launch, givenUp);
                }
                cancel(cancellation);
                deadline = Deadline.in(launch.isConnecting() ? NOTHING_TO_UNWIND : CancellableWork.UNWINDING);
            }
        } finally {
            if (interrupt != null) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns why the start failed: because of the interrupt if there was one, which then suppresses the failure that followed. */
    private static Throwable cause(@Nullable InterruptedException interrupt, Throwable failure) {
        if (interrupt == null) {
            return failure;
        }
        interrupt.addSuppressed(failure);
        return interrupt;
    }

    /** Creates the exception for a launching thread that is abandoned because the engine does not end its request. */
    private static NestedDockerException abandoned(Launch launch, String givenUp, Throwable cause) {
        return launch.isConnecting()
                ? new NoOuterEngineException(
                        "Tried to ask the outer Docker engine for its version and settings but " + givenUp
                                + " before it answered; check that it is alive, with `docker info` for example.",
                        cause)
                : launch.failure(
                        givenUp + ", and the outer engine does not answer, so what was created may still be there",
                        cause);
    }

    private static RuntimeException translated(Throwable failure, Launch launch, String givenUp) {
        if (failure instanceof Cancellation.CancelledException || givenUp.equals(INTERRUPTED)) {
            return launch.failure(givenUp.isEmpty() ? "the program is ending" : givenUp, failure);
        }
        if (!givenUp.isEmpty() && !launch.isConnecting() && !(failure instanceof StartupException)) {
            // The cancellation closes streams, and an exception caused by that is not the reason.
            return launch.failure(givenUp, failure);
        }
        if (failure instanceof NestedDockerException || failure instanceof IllegalStateException) {
            return CancellableWork.withCallerFrames(failure);
        }
        return launch.failure(failure);
    }

    /**
     * Cancels the start. A request that can't be cancelled ends by itself, and the caller needs the failure of the start, not of the
     * cancellation.
     */
    private static void cancel(Cancellation cancellation) {
        try {
            cancellation.cancel();
        } catch (RuntimeException e) {
            LOG.debug("Could not cut the start off", e);
        }
    }

    private static String freshName() {
        byte[] random = new byte[4];
        ThreadLocalRandom.current().nextBytes(random);
        return "dind-" + HexFormat.of().formatHex(random);
    }
}
