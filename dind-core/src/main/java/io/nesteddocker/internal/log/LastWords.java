package io.nesteddocker.internal.log;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the reason in a daemon's log why the daemon ended. */
public final class LastWords {

    private static final Pattern FATAL = Pattern.compile(
            "failed to start daemon|failed to load listeners|level=fatal|unknown (shorthand )?flag|invalid argument|Status: |^error |^unable to",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern LOGFMT_MESSAGE = Pattern.compile("\\bmsg=\"((?:[^\"\\\\]|\\\\.)*)\"|\\bmsg=(\\S+)");
    private static final Pattern LOGFMT_ERROR = Pattern.compile("\\berror=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private static final Pattern HALF_FILLED = Pattern.compile("the seed \\S+ is not complete.*");

    /** The reason if this program closed the daemon before its container ended. */
    static final String CLOSED = "this program closed it";

    private static final String ENDED = "the daemon container ended";
    private static final String TOLD_TO_STOP = "dind-init: told to stop by a signal, stopping";
    private static final String LEASE_LOST = "dind-init: standard input was closed, stopping";

    private LastWords() {}

    /** Returns whether the start script gave up because the seed is not completely filled. */
    public static boolean areOfHalfFilledSeed(DaemonLog log) {
        return log.failure()
                .filter(reason -> HALF_FILLED.matcher(reason).matches())
                .isPresent();
    }

    /** Returns the reason in one line: the start script's, followed by dockerd's own message if there is one. */
    public static String of(DaemonLog log) {
        if (log.endedHereBecause().isPresent()) {
            return log.endedHereBecause().get();
        }
        List<String> tail = log.tail();
        if (log.failure().isEmpty() && log.hasListened()) {
            return withoutFailure(tail);
        }
        String reason = log.failure()
                .orElseGet(() -> ENDED + " without a reason"
                        + (tail.isEmpty()
                                ? ""
                                : "; the last line of its log is \"" + tail.get(tail.size() - 1) + "\""));
        return lastMatching(tail)
                .filter(words -> !reason.contains(words))
                .map(words -> reason + " (dockerd said: \"" + words + "\")")
                .orElse(reason);
    }

    /** The same for a reader who does not know yet that the daemon container has ended. */
    public static String sayingThatItEnded(DaemonLog log) {
        String words = of(log);
        return words.startsWith(ENDED) ? words : "the daemon container has ended: " + words;
    }

    /** Returns the reason for a daemon that has listened and reported no failure. Earlier lines of its log are no reason for its end. */
    private static String withoutFailure(List<String> tail) {
        if (tail.contains(TOLD_TO_STOP)) {
            return "somebody stopped the daemon container";
        }
        return tail.contains(LEASE_LOST)
                ? "the program's connection to the daemon container was closed"
                : ENDED + " without a message, as when somebody kills or removes it, or when its memory is used up";
    }

    private static Optional<String> lastMatching(List<String> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            if (!line.startsWith("dind-init: ") && FATAL.matcher(line).find()) {
                return Optional.of(message(line));
            }
        }
        return Optional.empty();
    }

    private static String message(String line) {
        Matcher logfmt = LOGFMT_MESSAGE.matcher(line);
        if (!logfmt.find()) {
            return line.strip();
        }
        String text = logfmt.group(1) == null ? logfmt.group(2) : logfmt.group(1);
        Matcher error = LOGFMT_ERROR.matcher(line);
        return (error.find() ? text + ": " + error.group(1) : text).replace("\\\"", "'");
    }
}
