package io.nesteddocker.benchmarks;

/** What is going on, on the error stream, so that the tables alone are the output. */
final class Progress {

    private Progress() {}

    static void say(String words) {
        System.err.println("    " + words);
    }
}
