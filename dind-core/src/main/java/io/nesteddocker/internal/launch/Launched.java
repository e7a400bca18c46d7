package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.UndoStack;

/**
 * The result of a launch: a daemon container whose inner API has answered.
 *
 * @param options what was asked for
 * @param outer the engine that hosts the container
 * @param container the container
 * @param access how the inner API is reached
 * @param inner the inner engine
 * @param report how the launch went
 * @param undo frees what this program holds of the daemon
 */
public record Launched(
        Options options,
        OuterEngine outer,
        DaemonContainer container,
        Access access,
        InnerEngine inner,
        LaunchReport report,
        UndoStack undo) {}
