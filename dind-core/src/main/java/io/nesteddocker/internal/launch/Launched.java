package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.UndoStack;

/**
 * The result of a launch: a daemon container whose inner API has answered.
 *
 * @param options the options of the daemon
 * @param outer the engine that hosts the container
 * @param container the container
 * @param access the ways to reach the inner API
 * @param inner the inner engine
 * @param report the durations of the phases and notes on the images
 * @param undo the actions that free what this program holds for the daemon
 */
public record Launched(
        Options options,
        OuterEngine outer,
        DaemonContainer container,
        Access access,
        InnerEngine inner,
        LaunchReport report,
        UndoStack undo) {}
