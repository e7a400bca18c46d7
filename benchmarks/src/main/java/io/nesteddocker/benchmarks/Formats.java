package io.nesteddocker.benchmarks;

import java.util.Locale;

/** Formats figures and failures for the tables. */
final class Formats {

    private static final int LONGEST_REASON = 300;
    private static final double MEGABYTE = 1_000_000.0;

    private Formats() {}

    static String milliseconds(double milliseconds) {
        return String.format(Locale.ROOT, "%,.0f", milliseconds).replace(',', ' ');
    }

    static String range(Samples samples) {
        return milliseconds(samples.min()) + " - " + milliseconds(samples.max());
    }

    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.1fx", ratio);
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, bytes < 10 * MEGABYTE ? "%.1f MB" : "%.0f MB", (double) bytes / MEGABYTE);
    }

    static String rounds(int number) {
        return number == 1 ? "1 round" : number + " rounds";
    }

    /** Returns the message of a failure on one line, followed by that of its innermost cause unless it contains that one. */
    static String reason(Throwable failure) {
        String words = oneLine(failure);
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String more = oneLine(innermost);
        String both = words.contains(more) ? words : words + ": " + more;
        return both.length() <= LONGEST_REASON ? both : both.substring(0, LONGEST_REASON) + "...";
    }

    private static String oneLine(Throwable failure) {
        String message = failure.getMessage();
        return (message == null ? failure.toString() : message).strip().replaceAll("\\s+", " ");
    }
}
