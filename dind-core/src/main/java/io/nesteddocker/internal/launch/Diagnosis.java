package io.nesteddocker.internal.launch;

import io.nesteddocker.Diagnostics;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What can be said about a daemon that came up. */
public final class Diagnosis {

    private Diagnosis() {}

    /**
     * A snapshot of the daemon.
     *
     * @param closed whether this program has closed it, so that its end is no reason for advice
     */
    public static Diagnostics of(RunningDaemon daemon, boolean closed) {
        List<String> tail = daemon.log().tail();
        List<String> advice =
                daemon.log().hasEnded() && !closed ? Advice.on(LastWords.of(daemon.log()), tail) : List.of();
        return new Diagnostics(
                StartupPhase.READY,
                daemon.stopwatch().timings(),
                containerState(daemon.outer(), daemon.containerId()),
                daemon.imageNotes(),
                tail,
                advice);
    }

    /** The last lines of the daemon's log. */
    public static List<String> logTail(RunningDaemon daemon) {
        return daemon.log().tail();
    }

    /** Whether the daemon container has ended. */
    public static boolean hasEnded(RunningDaemon daemon) {
        return daemon.log().hasEnded();
    }

    /** Completes with the reason when the daemon container has ended. */
    public static CompletableFuture<String> onExit(RunningDaemon daemon) {
        return daemon.log().onExit();
    }

    /** How long the start took, in seconds. */
    public static double secondsToReady(RunningDaemon daemon) {
        return daemon.stopwatch().total().toMillis() / 1000.0;
    }

    /** Why something failed: the daemon's own end, where it has ended, and otherwise what the exception says. */
    public static String reason(RunningDaemon daemon, Throwable failure) {
        return daemon.log().hasEnded()
                ? "the daemon container has ended: " + LastWords.of(daemon.log()) + "; start another"
                : Reason.of(failure);
    }

    /** The daemon container's state in words. */
    static String containerState(OuterEngine outer, String containerId) {
        try {
            return outer.containers().find(containerId).map(Diagnosis::words).orElse("ended and removed");
        } catch (RuntimeException e) {
            return "unknown (" + Reason.of(e) + ")";
        }
    }

    private static String words(ContainerState state) {
        String exit = state.status().equals("exited") ? " with code " + state.exitCode() : "";
        return state.status() + exit + (state.outOfMemory() ? ", out of memory" : "");
    }
}
