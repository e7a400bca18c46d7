package io.nesteddocker.internal.launch;

import io.nesteddocker.Privilege;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.link.Link;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.sweep.UndoStack;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A daemon container whose inner API has answered, and all that belongs to it.
 *
 * @param name the daemon container's name
 * @param containerId the daemon container's identity
 * @param image the daemon image's reference
 * @param outer the engine that hosts it
 * @param link how its API is reached
 * @param inner its engine
 * @param log what it writes
 * @param granted the privilege that it has
 * @param leased whether it ends with this program
 * @param stopTimeout how long inner containers get to end
 * @param keys what a program beside this one needs to reach a TLS port
 * @param imageNotes how each image that was asked for came inside
 * @param stopwatch how long its start took
 * @param undo what lets go of it in this program
 * @param progress hears how slow steps come along
 */
public record RunningDaemon(
        String name,
        String containerId,
        String image,
        OuterEngine outer,
        Link link,
        InnerEngine inner,
        DaemonLog log,
        Privilege granted,
        boolean leased,
        Duration stopTimeout,
        Optional<ClientKeys> keys,
        List<String> imageNotes,
        Stopwatch stopwatch,
        UndoStack undo,
        ProgressListener progress) {}
