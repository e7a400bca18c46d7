package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.sweep.UndoStack;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A daemon container that runs; its inner engine may still be starting.
 *
 * @param container the container
 * @param access how the inner API will be reached
 * @param sessionFolder the session folder that this program shares with the container, if it shares one
 * @param keepContainer leaves the container out of what is undone, and that folder too if the container may outlive this program
 * @param undo undoes the container and all that belongs to it, for another attempt
 */
record StartedContainer(
        DaemonContainer container,
        Access access,
        Optional<Path> sessionFolder,
        Runnable keepContainer,
        UndoStack undo) {}
