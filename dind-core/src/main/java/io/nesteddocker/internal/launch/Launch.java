package io.nesteddocker.internal.launch;

import io.nesteddocker.Diagnostics;
import io.nesteddocker.StartupException;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.images.DaemonImages;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.log.Advice;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.log.LastWords;
import io.nesteddocker.internal.log.LineListener;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.options.ReuseOptions;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import io.nesteddocker.internal.registry.RegistryCredentials;
import io.nesteddocker.internal.registry.StoredCredentials;
import io.nesteddocker.internal.sweep.Leftovers;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of one daemon, phase by phase. One thread runs it; {@link #failure} may be called from another. */
final class Launch {

    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

    private static final Duration PAUSE = Duration.ofMillis(5);

    /**
     * The limit on attempts. Other programs may remove half-filled seeds while this program fills them, but they must not delay it forever.
     */
    private static final int MOST_ATTEMPTS = 5;

    private final LaunchContext context;
    private final boolean takesLeftDaemon;
    private final Options options;
    private final String name;
    private final Deadline deadline;
    private final Cancellation cancellation;
    private final Stopwatch stopwatch;
    private final UndoStack undo;
    private final Consumer<String> logConsumer;
    private Runnable keepContainer = () -> {};
    private volatile DaemonLog log;
    private volatile String containerState = "not created";

    /**
     * Creates a start.
     *
     * @param takesLeftDaemon whether the start may return a daemon that an earlier program has left
     */
    Launch(LaunchContext context, boolean takesLeftDaemon) {
        this.context = context;
        this.takesLeftDaemon = takesLeftDaemon;
        options = context.options();
        name = context.name();
        deadline = context.deadline();
        cancellation = context.cancellation();
        stopwatch = context.stopwatch();
        undo = context.undo();
        logConsumer = options.lifecycle()
                .logConsumer()
                .<Consumer<String>>map(consumer -> LineListener.to(consumer, undo)::accept)
                .orElse(line -> {});
        log = freshLog();
    }

    /** Runs the phases. If a phase fails, undoes the earlier steps and throws. */
    Launched run() throws InterruptedException {
        try {
            Launched daemon = phases();
            cancellation.throwIfCancelled();
            keepContainer.run();
            return daemon;
        } catch (Throwable failure) {
            stopwatch.stop();
            undo.unwindAfter(failure);
            throw failure;
        }
    }

    private Launched phases() throws InterruptedException {
        OuterEngine outer = OuterEngine.connect(options, cancellation);
        undo.push("close the client of the outer engine", outer::close);
        SharedFolderCheck sharedFolders = new SharedFolderCheck(options, outer);
        sharedFolders.check();
        RegistryCredentials credentials = StoredCredentials.ofThisProcess()
                .complete(options.registries().credentials().values());
        Optional<Launched> left = takeLeft(outer, credentials, sharedFolders);
        if (left.isPresent()) {
            return left.get();
        }
        new Preflight(options, outer, name).check();
        cancellation.throwIfCancelled();

        stopwatch.enter(StartupPhase.IMAGE);
        ImageFacts daemonImage = DaemonImages.ensure(
                outer,
                options.container().image(),
                GuardedListener.of(options.lifecycle().progress()),
                cancellation);
        cancellation.throwIfCancelled();
        ImagesInside images = ImagesInside.prepare(
                options, new SeedDaemon(options, deadline, cancellation), outer, daemonImage, deadline, cancellation);
        cancellation.throwIfCancelled();

        AnsweringContainer answering = startContainer(outer, credentials, images);
        Access access = answering.started().access();
        DaemonContainer container = held(answering.started());
        InnerEngine inner =
                container.connect(access.link(), answering.apiVersion(), outer, options.storage(), credentials);
        undo.push("close the inner client", inner::close);
        sharedFolders.verify(container.id());
        images.complete(inner, container.images(inner, outer), container.log(), cancellation);
        use(container);
        stopwatch.stop();
        containerState = "running";
        keepContainer = answering.started().keepContainer();
        sweepBeside(outer);
        return new Launched(
                options,
                outer,
                container,
                access,
                inner,
                new LaunchReport(stopwatch, images.notes(), images.namesById()),
                undo);
    }

    /** Returns a daemon that an earlier program has left for this program. */
    private Optional<Launched> takeLeft(
            OuterEngine outer, RegistryCredentials credentials, SharedFolderCheck sharedFolders)
            throws InterruptedException {
        Optional<ReuseOptions> reuse = options.lifecycle().reuse().filter(wanted -> takesLeftDaemon);
        return reuse.isEmpty()
                ? Optional.empty()
                : new LeftDaemons(context, reuse.get(), outer, credentials, sharedFolders).takeOver(freshLog());
    }

    private DaemonContainer held(StartedContainer started) throws InterruptedException {
        DaemonContainer container = started.container();
        if (options.lifecycle().reuse().isEmpty()) {
            return container;
        }
        try {
            Hold hold = Hold.takeOwn(started.sessionFolder(), started.access().relay());
            undo.push("let go of the daemon", hold::close);
            started.sessionFolder().ifPresent(SessionFolder::markUp);
            return container.held(hold);
        } catch (IOException e) {
            throw notHeld(e);
        }
    }

    /** Marks the daemon as used, so that the next program does not take it for a fresh one. */
    private void use(DaemonContainer container) {
        try {
            if (container.hold().isPresent()) {
                container.hold().get().write(Hold.Condition.USED);
            }
        } catch (IOException e) {
            throw notHeld(e);
        }
    }

    private StartupException notHeld(IOException e) {
        return failure("the daemon could not be reserved for this program: " + Reason.of(e), e);
    }

    private record AnsweringContainer(StartedContainer started, String apiVersion) {}

    /**
     * Starts the container and waits for its first answer. A daemon that finds its seed half-filled ends at once; then the seed is filled
     * again, and another container is started.
     */
    private AnsweringContainer startContainer(OuterEngine outer, RegistryCredentials credentials, ImagesInside images)
            throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            stopwatch.enter(StartupPhase.CREATE);
            StartedContainer started =
                    new ContainerStart(context, outer, credentials, images.seed(), this::freshLog).run();
            cancellation.throwIfCancelled();

            stopwatch.enter(StartupPhase.READY);
            try {
                String apiVersion = Readiness.awaitFirst(
                        started.access().link(), started.container().log(), deadline, cancellation);
                return new AnsweringContainer(started, apiVersion);
            } catch (Readiness.NotReadyException e) {
                boolean tryAgain = attempt < MOST_ATTEMPTS
                        && LastWords.areOfHalfFilledSeed(started.container().log());
                if (tryAgain) {
                    started.undo().unwindAfter(e);
                }
                if (!tryAgain || e.getSuppressed().length > 0) {
                    containerState =
                            outer.containers().describeState(started.container().id());
                    throw failure(e);
                }
            }
            stopwatch.enter(StartupPhase.IMAGE);
            awaitNameIsFree(outer);
            images.refill();
        }
    }

    /** Waits until the container is gone. The outer engine also removes an ended container by itself, and may still be doing so. */
    private void awaitNameIsFree(OuterEngine outer) throws InterruptedException {
        while (outer.containers().find(name).isPresent() && !deadline.hasPassed()) {
            cancellation.throwIfCancelled();
            deadline.pause(PAUSE);
        }
    }

    /** Returns whether nothing has been created yet, so that the launching thread can be abandoned without a loss. */
    boolean isConnecting() {
        return stopwatch.phase() == StartupPhase.CONNECT;
    }

    /** Creates the exception that the caller of {@code start()} gets for this reason. */
    StartupException failure(String reason, @Nullable Throwable cause) {
        List<String> tail = log.tail();
        List<String> advice = Advice.on(reason, tail);
        Diagnostics diagnostics =
                new Diagnostics(stopwatch.phase(), stopwatch.timings(), containerState, List.of(), tail, advice);
        String seconds = String.format(Locale.ROOT, "%.1f", stopwatch.total().toMillis() / 1000.0);
        return new StartupException(
                "Tried to start the daemon container " + name + " ("
                        + options.container().image() + ") but it failed after " + seconds
                        + " s in phase " + stopwatch.phase() + ": " + reason.replaceFirst("[.;]$", "")
                        + ". What to do: " + advice.get(0) + ".",
                diagnostics,
                cause);
    }

    /** Creates the exception for a failure that has no explanation yet. */
    StartupException failure(Throwable cause) {
        return failure(Reason.of(cause), cause);
    }

    /** Looks for leftovers of dead programs on another thread, so that they do not delay this start. */
    private static void sweepBeside(OuterEngine outer) {
        Thread thread = new Thread(() -> sweepQuietly(outer), "nested-docker-sweep");
        thread.setDaemon(true);
        thread.start();
    }

    /** Creates a log. Each attempt has its own container, and the end of one log must not be taken for the end of the next. */
    private DaemonLog freshLog() {
        DaemonLog fresh = new DaemonLog(logConsumer);
        log = fresh;
        return fresh;
    }

    private static void sweepQuietly(OuterEngine outer) {
        try {
            Leftovers.sweep(outer);
        } catch (RuntimeException e) {
            LOG.debug("Could not look for what dead programs left behind", e);
        }
    }
}
