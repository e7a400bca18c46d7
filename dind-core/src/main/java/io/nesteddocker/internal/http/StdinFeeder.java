package io.nesteddocker.internal.http;

import io.nesteddocker.internal.Quietly;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries standard input to a process in a container and closes that direction when the input ends.
 *
 * <p>The process then sees the end of its input, and its further output can be read.
 * If reading the input fails, this must not look like its end, so the whole connection is closed.
 *
 * <p>Thread-safe.
 */
public final class StdinFeeder {

    private static final Logger LOG = LoggerFactory.getLogger(StdinFeeder.class);

    private final InputStream stdin;
    private final DaemonConnection connection;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable IOException failure;

    private StdinFeeder(InputStream stdin, DaemonConnection connection, String path) {
        this.stdin = stdin;
        this.connection = connection;
        this.thread = new Thread(this::run, "nested-docker-stdin " + path);
        this.thread.setDaemon(true);
    }

    /**
     * Begins to carry the input, on a thread of its own.
     *
     * @param path the path of the request, for the name of the thread
     */
    public static StdinFeeder start(InputStream stdin, DaemonConnection connection, String path) {
        StdinFeeder feeder = new StdinFeeder(stdin, connection, path);
        feeder.thread.start();
        return feeder;
    }

    /**
     * Ends the thread, also if it waits for input; to be called when the connection ends.
     *
     * <p>A stream that ignores interrupts, such as {@code System.in} at a terminal, holds the thread until its next
     * byte, because the caller owns the stream. The thread is a daemon thread, so it does not keep the JVM alive.
     */
    public void stop() {
        stopped = true;
        thread.interrupt();
    }

    /** Returns the reason why the input could not be read, or null. */
    public @Nullable IOException failure() {
        return failure;
    }

    private void run() {
        byte[] buffer = new byte[8 * 1024];
        try {
            int count;
            while ((count = readStdin(buffer)) >= 0 && !stopped) {
                connection.output().write(buffer, 0, count);
                connection.output().flush();
            }
            if (!stopped && failure == null) {
                connection.closeOutput();
            }
        } catch (IOException e) {
            // The process ended, or closed its input, before it had read everything, which is not an error.
            LOG.debug("{}: the daemon takes no more standard input: {}", thread.getName(), e.getMessage());
        }
    }

    private int readStdin(byte[] buffer) {
        try {
            return stdin.read(buffer);
        } catch (IOException e) {
            if (!stopped) {
                failure = e;
                Quietly.close(connection);
            }
            return -1;
        }
    }
}
