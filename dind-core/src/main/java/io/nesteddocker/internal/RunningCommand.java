package io.nesteddocker.internal;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/** A running command in a container, with its streams. Thread-safe. */
public interface RunningCommand extends AutoCloseable {

    /** Returns the command's standard input. Closing it ends the input; on a terminal, this sends the key for the end of input. */
    OutputStream stdin();

    /** Returns the command's standard output; on a terminal, also its standard error. */
    InputStream stdout();

    /** Returns the command's standard error; empty on a terminal. */
    InputStream stderr();

    /** Returns whether the command runs on a terminal. */
    boolean isOnTerminal();

    /** Changes the size of the command's terminal. Does nothing if the command has ended. */
    void resize(TerminalSize size);

    /** Waits for the exit code; empty if {@code patience} is over first. */
    OptionalInt awaitExit(Duration patience) throws InterruptedException;

    /** Hangs up: ends the command if it still runs, and releases its streams. */
    @Override
    void close();
}
