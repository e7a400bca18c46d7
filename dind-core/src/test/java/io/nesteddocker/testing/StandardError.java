package io.nesteddocker.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Collects what this JVM writes to its standard error, to which tests log. Only one test of a JVM can do that at a time. */
public final class StandardError {

    private StandardError() {}

    /** Returns what all threads write while {@code work} runs. */
    public static String of(Runnable work) {
        PrintStream usual = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(usual);
        }
        return written.toString(StandardCharsets.UTF_8);
    }
}
