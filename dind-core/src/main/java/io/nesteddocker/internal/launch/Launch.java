package io.nesteddocker.internal.launch;

import io.nesteddocker.Diagnostics;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.StartupException;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.images.DaemonImages;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.link.Link;
import io.nesteddocker.internal.link.RegistryAccounts;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.Reason;
import io.nesteddocker.internal.outer.RegistryLogins;
import io.nesteddocker.internal.sweep.Leftovers;
import io.nesteddocker.internal.sweep.UndoStack;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One start of one daemon, phase by phase. One thread runs it; {@link #failure} may be called from another. */
final class Launch {

    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

    private final NestedDockerSpec spec;
    private final String name;
    private final Deadline deadline;
    private final Cancellation cancellation;
    private final Stopwatch stopwatch = new Stopwatch();
    private final UndoStack undo = new UndoStack();
    private Runnable keepContainer = () -> {};
    private volatile DaemonLog log;
    private volatile String containerState = "not created";

    Launch(NestedDockerSpec spec, String name, Deadline deadline, Cancellation cancellation) {
        this.spec = spec;
        this.name = name;
        this.deadline = deadline;
        this.cancellation = cancellation;
        log = freshLog();
    }

    /** Runs the phases, or undoes what they did and throws. */
    RunningDaemon run() throws InterruptedException {
        try {
            RunningDaemon daemon = phases();
            cancellation.throwIfCancelled();
            if (spec.keepRunning()) {
                keepContainer.run();
            }
            return daemon;
        } catch (Throwable failure) {
            stopwatch.stop();
            Exception secondary = undo.unwind();
            if (secondary != null) {
                failure.addSuppressed(secondary);
            }
            throw failure;
        }
    }

    private RunningDaemon phases() throws InterruptedException {
        OuterEngine outer = OuterEngine.connect(spec, cancellation);
        undo.push("close the client of the outer engine", outer::close);
        new Preflight(spec, outer, name).check();
        RegistryAccounts accounts =
                RegistryLogins.ofThisProcess().lookUp(spec.registries().credentials());
        cancellation.throwIfCancelled();

        stopwatch.enter(StartupPhase.IMAGE);
        DaemonImages.ensure(outer, spec.image(), spec.progress().orElse(progress -> {}), cancellation);
        cancellation.throwIfCancelled();

        stopwatch.enter(StartupPhase.CREATE);
        StartedContainer container =
                new ContainerStart(spec, name, outer, accounts, stopwatch, undo, this::freshLog, cancellation).run();
        cancellation.throwIfCancelled();

        stopwatch.enter(StartupPhase.READY);
        Link link = container.link();
        String apiVersion;
        try {
            apiVersion = Readiness.await(link, container.log(), deadline, cancellation);
        } catch (Readiness.NotReadyException e) {
            containerState = Diagnosis.containerState(outer, container.id());
            throw failure(e.reason(), e);
        }
        InnerEngine inner = InnerEngine.connect(link, apiVersion, container.log()::reasonOfTheEnd, accounts);
        undo.push("close the inner client", inner::close);
        stopwatch.stop();
        containerState = "running";
        keepContainer = container.keepContainer();
        sweepBeside(outer);
        return new RunningDaemon(
                name,
                container.id(),
                spec.image().reference(),
                outer,
                link,
                inner,
                container.log(),
                container.granted(),
                !spec.keepRunning(),
                spec.stopTimeout(),
                container.keys(),
                stopwatch,
                undo);
    }

    /** Whether nothing has been created yet, so that nothing is lost when the launching thread is given up. */
    boolean isConnecting() {
        return stopwatch.phase() == StartupPhase.CONNECT;
    }

    /** Turns a reason into the exception that the caller of {@code start()} gets. */
    StartupException failure(String reason, @Nullable Throwable cause) {
        List<String> tail = log.tail();
        List<String> advice = Advice.on(reason, tail);
        Diagnostics diagnostics = new Diagnostics(stopwatch.phase(), stopwatch.timings(), containerState, tail, advice);
        String seconds = String.format(Locale.ROOT, "%.1f", stopwatch.total().toMillis() / 1000.0);
        return new StartupException(
                "Tried to start the daemon container " + name + " (" + spec.image() + ") but after " + seconds
                        + " s in phase " + stopwatch.phase() + ": " + reason.replaceFirst("[.;]$", "")
                        + ". What to do: " + advice.get(0) + ".",
                diagnostics,
                cause);
    }

    /** The same for a failure that nobody has explained yet. */
    StartupException failure(Throwable cause) {
        return failure(Reason.of(cause), cause);
    }

    /** Somebody else's leftovers must not make this start slower. */
    private static void sweepBeside(OuterEngine outer) {
        Thread thread = new Thread(() -> sweepQuietly(outer), "nested-docker-sweep");
        thread.setDaemon(true);
        thread.start();
    }

    /** Each attempt has a container of its own, and the end of one log must not be taken for the end of the next. */
    private DaemonLog freshLog() {
        DaemonLog fresh = new DaemonLog(spec.logConsumer().orElse(line -> {}));
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
