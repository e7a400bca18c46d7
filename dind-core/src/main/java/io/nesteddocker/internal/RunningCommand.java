package io.nesteddocker.internal;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;

/** A command that runs in a container, with its streams at hand. Thread-safe. */
public interface RunningCommand extends AutoCloseable {

    /** What it reads; closing it ends its input, which on a terminal is the key for the end. */
    OutputStream stdin();

    /** What it writes, on a terminal to either stream. */
    InputStream stdout();

    /** What it writes to standard error, nothing on a terminal. */
    InputStream stderr();

    /** Whether it runs on a terminal. */
    boolean isOnTerminal();

    /** Gives its terminal another size; does nothing once it has ended. */
    void resize(TerminalSize size);

    /** Waits for its exit code; empty when {@code patience} is over first. */
    OptionalInt awaitExit(Duration patience) throws InterruptedException;

    /** Hangs up: ends it where it still runs, and lets go of its streams. */
    @Override
    void close();
}
