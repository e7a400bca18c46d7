package io.nesteddocker.benchmarks;

import java.io.PrintStream;

/**
 * Something that can be measured.
 *
 * @param name the name on the command line
 * @param about a short description of the measurements
 * @param work the code that measures
 */
record Subject(String name, String about, Work work) {

    /** Measures, prints the results except the goals, and returns the goals. */
    interface Work {
        Goals run(Arguments arguments, RunResources run, PrintStream out) throws Exception;
    }
}
