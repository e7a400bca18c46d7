package io.nesteddocker;

import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.Guard;
import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.TerminalSize;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * A command that runs in the daemon container, for example a shell, with its streams open to this program.
 *
 * <p>As with {@link Process}, a command waits if nobody reads its output: the library buffers 64 KiB of each stream.
 *
 * <p>Close it. If the command still runs, closing sends SIGHUP to the command and to all processes that it started, and kills those that
 * are still there after half a second. Closing the daemon's handle ends the command as well.
 *
 * <p>Thread-safe; each stream is for one thread at a time.
 */
public final class Shell implements AutoCloseable {

    private final Guard guard;
    private final RunningCommand command;
    private final Runnable forget;

    Shell(Guard guard, RunningCommand command, Runnable forget) {
        this.guard = guard;
        this.command = command;
        this.forget = forget;
    }

    /**
     * Returns the command's standard input. Bytes are sent as soon as they are written; {@code flush()} is not needed.
     *
     * <p>Closing the stream ends the command's input. On a terminal, closing sends the key Ctrl-D, which ends a shell at the beginning of a
     * line. Writing after the command's end throws {@link java.io.IOException}.
     *
     * @return the command's standard input, always the same
     */
    public OutputStream stdin() {
        return command.stdin();
    }

    /**
     * Returns the command's standard output or, on a terminal, all that the terminal shows.
     *
     * <p>The stream ends when the command has closed it. If the connection to the outer engine breaks, reading throws
     * {@link java.io.IOException}.
     *
     * @return the command's output, always the same
     */
    public InputStream stdout() {
        return command.stdout();
    }

    /**
     * Returns the command's standard error. On a terminal the stream is empty, and errors are part of {@link #stdout()}.
     *
     * @return the command's standard error, always the same
     */
    public InputStream stderr() {
        return command.stderr();
    }

    /**
     * Returns whether the command runs on a terminal.
     *
     * @return true if a {@code shell(..)} method of {@link NestedDocker} started the command, false if a {@code pipe(..)} method did
     */
    public boolean isTerminal() {
        return command.isOnTerminal();
    }

    /**
     * Changes the size of the terminal and notifies the programs on it (SIGWINCH). A new terminal has 80 columns and 24 rows.
     *
     * @param columns 1 to 65535
     * @param rows 1 to 65535
     * @throws IllegalArgumentException if one of them is out of range
     * @throws IllegalStateException if the command does not run on a terminal
     * @throws NestedDockerException if the outer engine refuses
     */
    public void resize(int columns, int rows) {
        TerminalSize size = new TerminalSize(columns, rows);
        if (!size.isPossible()) {
            throw new IllegalArgumentException("Tried to give a terminal " + columns + " columns and " + rows
                    + " rows but both are numbers from 1 to 65535; give numbers such as 80 and 24.");
        }
        if (!isTerminal()) {
            throw new IllegalStateException(
                    "Tried to resize the terminal of a command in the daemon container " + guard.daemonName()
                            + " but the command has no terminal; start it with shell(..) instead of pipe(..).");
        }
        guard.run("resize a terminal in", () -> command.resize(size));
    }

    /**
     * Waits until the command has ended. Until then, other threads have to read what the command writes.
     *
     * @return the command's exit code; 128 plus the signal's number if a signal ended the command
     * @throws NestedDockerException if the daemon container ended first, this shell or the daemon's handle was closed first, or the calling
     *     thread was interrupted
     */
    public int awaitExit() {
        return awaitExit(Deadline.FOREVER).orElseThrow();
    }

    /**
     * Waits until the command has ended, with a limit; see {@link #awaitExit()}.
     *
     * @param patience how long to wait at most, zero or more; with zero, the method does not wait
     * @return the command's exit code, or empty if the command still runs
     * @throws IllegalArgumentException if the time is negative
     * @throws NestedDockerException if the daemon container ended first, this shell or the daemon's handle was closed first, or the calling
     *     thread was interrupted
     */
    public OptionalInt awaitExit(Duration patience) {
        if (Given.value(patience, "the time to wait for a command").isNegative()) {
            throw new IllegalArgumentException("Tried to wait " + patience + " for a command in the daemon container "
                    + guard.daemonName() + " but that time is negative; give a duration of zero or more.");
        }
        return guard.getEvenWhenClosed("wait for a command in", () -> command.awaitExit(patience));
    }

    /**
     * Ends the command if it still runs, and releases its streams. Closing again does nothing.
     *
     * @throws NestedDockerException if the command could not be ended
     */
    @Override
    public void close() {
        forget.run();
        guard.runEvenWhenClosed("end a command in", command::close);
    }
}
