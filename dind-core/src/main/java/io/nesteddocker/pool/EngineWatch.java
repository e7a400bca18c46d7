package io.nesteddocker.pool;

import io.nesteddocker.EngineInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks each outer engine of a pool at intervals whether it answers, with one thread for each engine. Thread-safe. */
final class EngineWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineWatch.class);

    private final PollingIntervals intervals;
    private final Map<PoolEngine, Semaphore> alarms = new HashMap<>();
    private volatile boolean closed;

    EngineWatch(List<PoolEngine> engines, PollingIntervals intervals) {
        this.intervals = intervals;
        engines.forEach(engine -> alarms.put(engine, new Semaphore(0)));
    }

    /**
     * Begins to ask the engines.
     *
     * @param answered receives each answer
     * @param silent receives a short reason if there is no answer
     */
    void start(BiConsumer<PoolEngine, EngineInfo.Outer> answered, BiConsumer<PoolEngine, String> silent) {
        alarms.forEach((engine, alarm) -> {
            Thread thread = new Thread(() -> watch(engine, alarm, answered, silent), "nested-docker-pool-watch");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Asks an engine now, because something has happened on it. */
    void lookAt(PoolEngine engine) {
        Semaphore alarm = alarms.get(engine);
        if (alarm != null) {
            alarm.release();
        }
    }

    private void watch(
            PoolEngine engine,
            Semaphore alarm,
            BiConsumer<PoolEngine, EngineInfo.Outer> answered,
            BiConsumer<PoolEngine, String> silent) {
        Backoff pauses = intervals.pauses();
        try {
            while (!closed) {
                Duration pause = intervals.interval();
                EngineInfo.Outer answer = null;
                String reason = "";
                try {
                    answer = engine.spec().askOuterEngine(intervals.patience());
                } catch (RuntimeException e) {
                    reason = inFewWords(e);
                }
                try {
                    if (answer != null) {
                        pauses.reset();
                        answered.accept(engine, answer);
                    } else {
                        pause = pauses.afterFailure();
                        silent.accept(engine, reason);
                        // Alarms that the loss of the engine has caused must not shorten the pause.
                        alarm.drainPermits();
                    }
                } catch (RuntimeException e) {
                    LOG.warn(
                            "A pool could not record the state of its outer engine, so the pool asks that engine again",
                            e);
                }
                // Several alarms at the same time need only one request.
                alarm.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
                alarm.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String inFewWords(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        if (deepest instanceof TimeoutException) {
            return "nothing came within " + intervals.patience().toMillis() + " ms";
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message.replaceFirst("[.]$", "");
    }

    /** Stops asking; the current requests have no effect. */
    @Override
    public void close() {
        closed = true;
        alarms.values().forEach(Semaphore::release);
    }
}
