package io.nesteddocker.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Collects what this JVM writes to its standard error, to which tests log. Only one test of a JVM can do that at a time. */
public final class StandardError {

    private StandardError() {}

    /** Returns what all threads write while {@code work} runs. */
    public static String of(Runnable work) {
        return of(work, Duration.ZERO, "");
    }

    /** Returns what all threads write while {@code work} runs, and then until they have written a text, or for {@code patience}. */
    public static String of(Runnable work, Duration patience, String text) {
        PrintStream usual = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            work.run();
            return Eventually.value(
                    patience, () -> written.toString(StandardCharsets.UTF_8), logged -> logged.contains(text));
        } finally {
            System.setErr(usual);
        }
    }
}
