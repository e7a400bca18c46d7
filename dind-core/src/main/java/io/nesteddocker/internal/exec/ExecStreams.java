package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.http.TimeLimit;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Starts commands in containers as byte streams: writes go to their standard input, reads come from their standard output.
 *
 * <p>The stream is the connection to the engine itself, without a thread or a buffer in between, so a slow side makes the other one wait.
 *
 * <p>Thread-safe.
 */
public final class ExecStreams {

    /** An engine starts commands one after the other anyway, and each waiting command takes memory there. */
    private static final int MOST_STARTS_AT_ONCE = 8;

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final DockerClient client;
    private final Semaphore starts = new Semaphore(MOST_STARTS_AT_ONCE);

    public ExecStreams(DockerClient client) {
        this.client = client;
    }

    /**
     * A command that was started.
     *
     * @param connection its standard input and output
     * @param firstStderrLine its first line on standard error
     */
    public record Started(DaemonConnection connection, String firstStderrLine) {}

    /**
     * Starts a command that begins with a line on standard error, and waits for that line.
     *
     * @throws IOException if it can't be started, with the engine's reason
     */
    public Started start(String containerId, List<String> command) throws IOException {
        acquire();
        try {
            String execId = ExecApi.create(client, containerId, ExecRequest.of(command), true);
            return awaitFirstLine(ExecApi.start(client, execId, true, false));
        } catch (RuntimeException e) {
            throw new IOException(Reason.of(e), e);
        } finally {
            starts.release();
        }
    }

    private void acquire() throws IOException {
        try {
            if (!starts.tryAcquire(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InterruptedIOException(
                        "the engine was busy starting other commands for " + START_PATIENCE.toSeconds() + " seconds");
            }
        } catch (InterruptedException e) {
            throw Threads.interrupted(e);
        }
    }

    private static Started awaitFirstLine(DaemonConnection raw) throws IOException {
        TimeLimit limit = TimeLimit.of(START_PATIENCE, raw);
        try (limit) {
            FramedInput output = new FramedInput(raw.input());
            String line = output.awaitFirstStderrLine();
            DaemonConnection framed = DaemonConnection.of(
                    output, raw.output(), raw::closeOutput, raw::close, () -> output.isBetweenFrames() && raw.isIdle());
            return new Started(framed, line);
        } catch (IOException e) {
            raw.close();
            throw limit.explained(e);
        }
    }
}
