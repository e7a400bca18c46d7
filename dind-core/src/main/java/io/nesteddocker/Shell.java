package io.nesteddocker;

import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.TerminalSize;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * A command that runs in the daemon container, a shell for example, with its streams in this program's hands.
 *
 * <p>As with {@link Process}, a command waits while nobody reads what it writes: 64 KiB of each stream are kept for the reader. Close it:
 * a command that still runs is told that its terminal is gone (SIGHUP), and killed where that does not end it within half a second, with
 * all processes that it started. Closing the daemon's handle ends it as well.
 *
 * <p>Thread-safe; each stream is for one thread at a time.
 */
public final class Shell implements AutoCloseable {

    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final Guard guard;
    private final RunningCommand command;
    private final Runnable forget;

    Shell(Guard guard, RunningCommand command, Runnable forget) {
        this.guard = guard;
        this.command = command;
        this.forget = forget;
    }

    /**
     * What the command reads. What is written goes out at once; {@code flush()} is not needed.
     *
     * <p>Closing it ends the command's input. On a terminal that is done by the key for it, Ctrl-D, which ends a shell at the beginning of
     * a line. Writing after the command's end throws {@link java.io.IOException}.
     *
     * @return the command's standard input, always the same
     */
    public OutputStream stdin() {
        return command.stdin();
    }

    /**
     * What the command writes: its standard output or, on a terminal, all that it shows.
     *
     * <p>It ends when the command has closed it. Where the connection to the outer engine breaks, reading throws
     * {@link java.io.IOException}.
     *
     * @return the command's output, always the same
     */
    public InputStream stdout() {
        return command.stdout();
    }

    /**
     * What the command writes to standard error. On a terminal that is part of {@link #stdout()}, and this is empty.
     *
     * @return the command's standard error, always the same
     */
    public InputStream stderr() {
        return command.stderr();
    }

    /**
     * Whether the command runs on a terminal.
     *
     * @return true for {@link NestedDocker#shell(String...)}, false for {@link NestedDocker#pipe(String...)}
     */
    public boolean isTerminal() {
        return command.isOnTerminal();
    }

    /**
     * Gives the terminal another size, which the programs on it are told (SIGWINCH). A new terminal has 80 columns and 24 rows.
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
                    + " rows but both are numbers from 1 to 65535; give such as 80 and 24.");
        }
        if (!isTerminal()) {
            throw new IllegalStateException("Tried to resize the terminal of a command in the daemon container "
                    + guard.daemonName() + " but it runs without one; start it with shell(..) instead of pipe(..).");
        }
        guard.run("resize a terminal in", () -> {
            command.resize(size);
            return this;
        });
    }

    /**
     * Waits until the command has ended. What it writes has to be read meanwhile, in other threads.
     *
     * @return its exit code; 128 and the signal's number where a signal ended it
     * @throws NestedDockerException if the daemon container ended first, this was closed first, or the calling thread was interrupted
     */
    public int awaitExit() {
        return awaitExit(FOREVER).orElseThrow();
    }

    /**
     * Waits until the command has ended, with a limit; see {@link #awaitExit()}.
     *
     * @param patience how long to wait at most
     * @return its exit code, or empty when it still runs
     * @throws NestedDockerException if the daemon container ended first, this was closed first, or the calling thread was interrupted
     */
    public OptionalInt awaitExit(Duration patience) {
        return guard.evenWhenClosed("wait for a command in", () -> command.awaitExit(patience));
    }

    /**
     * Ends the command where it still runs, and lets go of its streams. Closing again does nothing.
     *
     * @throws NestedDockerException if the outer engine does not let it be ended
     */
    @Override
    public void close() {
        forget.run();
        guard.evenWhenClosed("end a command in", () -> {
            command.close();
            return this;
        });
    }
}
