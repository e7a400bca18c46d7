package io.nesteddocker.benchmarks;

import java.io.PrintStream;

/**
 * Something that can be measured.
 *
 * @param name how it is asked for
 * @param about what it measures, in a few words
 * @param work measures and prints all but the goals
 */
record Subject(String name, String about, Work work) {

    /** Measures and prints all but the goals, which it returns. */
    interface Work {
        Goals run(Arguments arguments, Belongings belongings, PrintStream out) throws Exception;
    }
}
