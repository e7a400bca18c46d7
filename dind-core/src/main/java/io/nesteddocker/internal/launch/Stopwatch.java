package io.nesteddocker.internal.launch;

import io.nesteddocker.StartupPhase;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the phases of a start. One thread enters phases; any thread may read. */
public final class Stopwatch {

    private static final Logger LOG = LoggerFactory.getLogger(Stopwatch.class);

    private final long begin = System.nanoTime();
    private final Map<StartupPhase, Duration> timings = new EnumMap<>(StartupPhase.class);
    private StartupPhase phase = StartupPhase.CONNECT;
    private long phaseBegin = begin;
    private boolean stopped;

    synchronized void enter(StartupPhase next) {
        record();
        phase = next;
        phaseBegin = System.nanoTime();
        LOG.debug("Entering phase {}", next);
    }

    synchronized void stop() {
        record();
        stopped = true;
    }

    synchronized StartupPhase phase() {
        return phase;
    }

    /** Returns the duration of each phase so far. */
    public synchronized Map<StartupPhase, Duration> timings() {
        Map<StartupPhase, Duration> copy = new EnumMap<>(timings);
        if (!stopped) {
            copy.merge(phase, Duration.ofNanos(System.nanoTime() - phaseBegin), Duration::plus);
        }
        return copy;
    }

    /** Returns the duration of all phases so far. */
    public synchronized Duration total() {
        return timings().values().stream().reduce(Duration.ZERO, Duration::plus);
    }

    private void record() {
        if (!stopped) {
            timings.merge(phase, Duration.ofNanos(System.nanoTime() - phaseBegin), Duration::plus);
        }
    }
}
