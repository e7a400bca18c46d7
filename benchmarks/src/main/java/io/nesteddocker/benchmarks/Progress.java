package io.nesteddocker.benchmarks;

/** Prints progress to the standard error stream, so that standard output has only the results. */
final class Progress {

    private Progress() {}

    static void say(String words) {
        System.err.println("    " + words);
    }
}
