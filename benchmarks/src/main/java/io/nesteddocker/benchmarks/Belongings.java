package io.nesteddocker.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Everything that this run creates on the outer engine, found by a label and removed at its end, also when the program is interrupted.
 *
 * <p>A run that is killed can't clean up: its nested daemons go by themselves, and {@code ./dev clean} removes the rest.
 */
final class Belongings implements AutoCloseable {

    /** The label on all containers of a run; its value is the run's. */
    static final String LABEL = "nested-docker-bench.run";

    private static final Duration TO_UNWIND = Duration.ofSeconds(20);

    private final String runId = UUID.randomUUID().toString();
    private final OuterEngine outer = OuterEngine.connect(runId);
    private final TestcontainersSettings settings = TestcontainersSettings.remember();
    private final Thread worker = Thread.currentThread();
    private final Thread hook = new Thread(this::endEarly, "bench-cleanup");
    private final CountDownLatch unwound = new CountDownLatch(1);
    private volatile boolean endsEarly;

    private Belongings() {}

    /** Begins a run in this thread. */
    static Belongings ofThisRun() {
        Belongings belongings = new Belongings();
        Runtime.getRuntime().addShutdownHook(belongings.hook);
        return belongings;
    }

    String runId() {
        return runId;
    }

    OuterEngine outer() {
        return outer;
    }

    /** The flag in the thread is not enough, because some of what is measured swallows it. */
    void throwIfEnding() throws InterruptedException {
        if (endsEarly || Thread.currentThread().isInterrupted()) {
            throw new InterruptedException("the program is ending");
        }
    }

    /** Removes what is left, unless the program is ending: then that is for the hook, whose thread nobody interrupts. */
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
            // The program is ending already; the hook finds nothing.
        }
    }

    /** Lets the worker close what it has open, then looks for what it was just creating. */
    private void endEarly() {
        endsEarly = true;
        worker.interrupt();
        try {
            if (!unwound.await(TO_UNWIND.toSeconds(), TimeUnit.SECONDS)) {
                Progress.say("the benchmark did not end in time; removing what it has left by now");
            }
            removeAll();
        } catch (InterruptedException | IOException | RuntimeException e) {
            Progress.say("could not remove everything (" + Words.reason(e) + "); run ./dev clean");
        }
    }

    private void removeAll() throws IOException {
        outer.removeAllOfThisRun();
        settings.restore();
    }
}
