package io.nesteddocker;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A snapshot of what is known about a daemon: how its start went, the state of its container, the end of its log, and advice.
 *
 * <p>Immutable and thread-safe. It holds no keys and no certificates.
 *
 * @param phase the last phase that the start reached
 * @param phaseTimings how long each phase took
 * @param containerState the daemon container's state in the outer engine's words, for example {@code running}; {@code ended and removed} if
 *     the container is gone; a text that begins with {@code unknown} if the engine can't be asked
 * @param images for each requested image, how it was brought into the daemon and, if that was not the fastest way, the reason; empty
 *     if this program has attached to the daemon, or uses a daemon that an earlier program has left
 * @param daemonLogTail the last lines of the daemon's log, oldest first
 * @param advice what to try, most promising first; empty if all is well
 */
public record Diagnostics(
        StartupPhase phase,
        Map<StartupPhase, Duration> phaseTimings,
        String containerState,
        List<String> images,
        List<String> daemonLogTail,
        List<String> advice) {

    /**
     * Creates a snapshot with copies of the collections.
     *
     * @param phase the last phase that the start reached
     * @param phaseTimings how long each phase took
     * @param containerState the daemon container's state
     * @param images how each image was brought into the daemon
     * @param daemonLogTail the last lines of the daemon's log
     * @param advice what to try
     */
    public Diagnostics {
        phaseTimings = Map.copyOf(phaseTimings);
        images = List.copyOf(images);
        daemonLogTail = List.copyOf(daemonLogTail);
        advice = List.copyOf(advice);
    }

    /**
     * Returns a report of several lines for a person to read.
     *
     * @return the report
     */
    @Override
    public String toString() {
        String timings = phaseTimings.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                .map(e -> e.getKey().name().toLowerCase(Locale.ROOT) + " "
                        + e.getValue().toMillis() + " ms")
                .collect(Collectors.joining(", "));
        StringBuilder report = new StringBuilder("reached phase " + phase + " (" + timings + ")\n");
        report.append("daemon container: ").append(containerState).append('\n');
        images.forEach(line -> report.append("image ").append(line).append('\n'));
        report.append("daemon log, last ").append(daemonLogTail.size()).append(" lines:\n");
        daemonLogTail.forEach(line -> report.append("  ").append(line).append('\n'));
        advice.forEach(line -> report.append("try: ").append(line).append('\n'));
        return report.toString();
    }
}
