package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.sweep.UndoStack;

/**
 * The objects that all phases of a launch share.
 *
 * @param options the options of the daemon
 * @param name the daemon container's name
 * @param deadline the time limit for the start
 * @param cancellation is cancelled when the start is given up
 * @param stopwatch measures the phases
 * @param undo the actions that undo the steps so far
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
