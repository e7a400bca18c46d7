package io.nesteddocker.internal.options;

import io.nesteddocker.ProgressListener;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The options for a daemon's start and end, and for the listeners.
 *
 * @param startupTimeout the time limit for a start
 * @param stopTimeout the time that inner containers have to end when the daemon is closed
 * @param keepRunning whether the daemon outlives the program
 * @param reuse how other programs reuse the daemon, or none if it is not reused
 * @param logConsumer receives the daemon's log
 * @param progress receives reports on slow steps
 */
public record LifecycleOptions(
        Duration startupTimeout,
        Duration stopTimeout,
        boolean keepRunning,
        Optional<ReuseOptions> reuse,
        Optional<Consumer<String>> logConsumer,
        Optional<ProgressListener> progress) {

    static final LifecycleOptions DEFAULTS = new LifecycleOptions(
            Duration.ofMinutes(2), Duration.ofSeconds(2), false, Optional.empty(), Optional.empty(), Optional.empty());

    private static final Duration LONGEST_STOP_TIMEOUT = Duration.ofHours(1);
    private static final Duration LONGEST_STARTUP_TIMEOUT = Duration.ofDays(1);

    /** Returns the same options with another time limit for a start. */
    public LifecycleOptions startupTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(LONGEST_STARTUP_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "Tried to set a start-up timeout of " + timeout
                            + " but the timeout must be at least a millisecond and at most a day; give one such as Duration.ofSeconds(60).");
        }
        return new LifecycleOptions(timeout, stopTimeout, keepRunning, reuse, logConsumer, progress);
    }

    /** Returns the same options with another time for inner containers to end. */
    public LifecycleOptions stopTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.compareTo(LONGEST_STOP_TIMEOUT) > 0) {
            throw new IllegalArgumentException("Tried to set a stop timeout of " + timeout
                    + " but the timeout must be between zero and an hour; give one such as Duration.ofSeconds(5).");
        }
        return new LifecycleOptions(startupTimeout, timeout, keepRunning, reuse, logConsumer, progress);
    }

    /** Returns the same options for a daemon that outlives the program. */
    public LifecycleOptions kept() {
        return new LifecycleOptions(startupTimeout, stopTimeout, true, reuse, logConsumer, progress);
    }

    /** Returns the same options for a daemon that the next program reuses. */
    public LifecycleOptions reused(ReuseOptions wanted) {
        return new LifecycleOptions(
                startupTimeout, stopTimeout, keepRunning, Optional.of(wanted), logConsumer, progress);
    }

    /** Returns the same options for a daemon that no other program uses. */
    LifecycleOptions notReused() {
        return new LifecycleOptions(startupTimeout, stopTimeout, keepRunning, Optional.empty(), logConsumer, progress);
    }

    /** Returns the same options without the log consumer and the progress listener. */
    LifecycleOptions silent() {
        return new LifecycleOptions(
                startupTimeout, stopTimeout, keepRunning, reuse, Optional.empty(), Optional.empty());
    }

    /** Returns whether the daemon ends with the program. */
    public boolean leased() {
        return !keepRunning && reuse.isEmpty();
    }

    /** Returns the same options with a consumer of the log. */
    public LifecycleOptions logConsumer(Consumer<String> consumer) {
        return new LifecycleOptions(startupTimeout, stopTimeout, keepRunning, reuse, Optional.of(consumer), progress);
    }

    /** Returns the same options with a listener. */
    public LifecycleOptions progress(ProgressListener listener) {
        return new LifecycleOptions(
                startupTimeout, stopTimeout, keepRunning, reuse, logConsumer, Optional.of(listener));
    }

    @Override
    public String toString() {
        return "startupTimeout=" + startupTimeout + ", stopTimeout=" + stopTimeout
                + (keepRunning ? ", keepRunning" : "")
                + reuse.map(wanted -> ", " + wanted).orElse("");
    }
}
