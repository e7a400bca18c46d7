package io.nesteddocker.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Everything that this run creates on the outer engine. It is found by a label and removed at the end, even if the program is interrupted.
 *
 * <p>A run that is killed can't clean up: its nested daemons end by themselves, and {@code ./dev clean} removes the rest.
 */
final class RunResources implements AutoCloseable {

    /** The label on all containers of a run; its value is the ID of the run. */
    static final String LABEL = "nested-docker-bench.run";

    private static final Duration TO_UNWIND = Duration.ofSeconds(20);

    private final String runId = UUID.randomUUID().toString();
    private final OuterEngine outer = OuterEngine.connect(runId);
    private final TestcontainersSettings settings = TestcontainersSettings.remember();
    private final Thread worker = Thread.currentThread();
    private final Thread hook = new Thread(this::endEarly, "bench-cleanup");
    private final CountDownLatch unwound = new CountDownLatch(1);
    private volatile boolean endsEarly;

    private RunResources() {}

    /** Begins a run in this thread. */
    static RunResources ofThisRun() {
        RunResources run = new RunResources();
        Runtime.getRuntime().addShutdownHook(run.hook);
        return run;
    }

    String runId() {
        return runId;
    }

    OuterEngine outer() {
        return outer;
    }

    /** Throws if the program is ending. The interrupt flag alone is not enough, because some of the measured code clears it. */
    void throwIfEnding() throws InterruptedException {
        if (endsEarly || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("the program is ending");
        }
    }

    /** Removes what is left, unless the program is ending: then the hook does that, because no thread interrupts it. */
    @Override
    public void close() throws IOException {
        unwound.countDown();
        if (endsEarly) {
            return;
        }
        removeAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is ending already, and nothing is left for the hook to remove.
        }
    }

    /** Interrupts the worker, waits until it has closed what it opened, and then removes what is left. */
    private void endEarly() {
        endsEarly = true;
        worker.interrupt();
        try {
            if (!unwound.await(TO_UNWIND.toSeconds(), TimeUnit.SECONDS)) {
                Progress.say("the benchmark did not end in time; removing what it has started so far");
            }
            removeAll();
        } catch (InterruptedException | IOException | RuntimeException e) {
            Progress.say("could not remove everything (" + Formats.reason(e) + "); run ./dev clean");
        }
    }

    private void removeAll() throws IOException {
        outer.removeAllOfThisRun();
        settings.restore();
    }
}
