package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.sweep.UndoStack;

/**
 * What all phases of one launch share.
 *
 * @param options what was asked for
 * @param name the daemon container's name
 * @param deadline the end of the time for the start
 * @param cancellation tells that the start was given up
 * @param stopwatch measures the phases
 * @param undo undoes what was done so far
 */
record LaunchContext(
        Options options,
        String name,
        Deadline deadline,
        Cancellation cancellation,
        Stopwatch stopwatch,
        UndoStack undo) {

    LaunchContext(Options options, String name, Cancellation cancellation) {
        this(
                options,
                name,
                Deadline.in(options.lifecycle().startupTimeout()),
                cancellation,
                new Stopwatch(),
                new UndoStack());
    }
}
