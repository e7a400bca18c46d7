package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.exec.ExecStreams.Started;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.EngineStream;
import io.nesteddocker.internal.http.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One command through docker-java's public calls, for clients whose transport is not known here.
 *
 * <p>docker-java pushes what it reads, so it is made to wait where nobody takes it. Thread-safe for one reader and one writer.
 */
final class ForeignExec extends EngineStream<Frame> {

    private static final String OVER = "the command in the daemon container has ended";
    private static final String CLOSED = "the stream was closed";
    private static final int MOST_STDERR = 8 * 1024;

    private final BytePipe stdin = new BytePipe();
    private final BytePipe stdout = new BytePipe();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final CompletableFuture<String> firstLine = new CompletableFuture<>();

    private volatile boolean over;

    private ForeignExec() {}

    static Started start(DockerClient client, String execId, Duration patience) throws IOException {
        ForeignExec exec = new ForeignExec();
        client.execStartCmd(execId).withStdIn(exec.stdin.input()).exec(exec);
        try {
            return new Started(exec.connection(), exec.awaitFirstLine(patience));
        } catch (IOException e) {
            exec.close();
            throw e;
        }
    }

    private String awaitFirstLine(Duration patience) throws IOException {
        try {
            return firstLine.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the thread was interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "the command did not begin within " + patience.toSeconds() + " s: " + Reason.of(e), e);
        }
    }

    private DaemonConnection connection() {
        return DaemonConnection.of(
                stdout.input(),
                stdin.output(),
                stdin.output()::close,
                this::close,
                () -> !over && stdout.input().available() == 0);
    }

    @Override
    public void onNext(Frame frame) {
        try {
            if (frame.getStreamType() == StreamType.STDERR) {
                takeStderr(frame.getPayload());
            } else {
                stdout.output().write(frame.getPayload());
            }
        } catch (IOException e) {
            // Nobody reads any more: the stream was closed from our side.
            onError(e);
        }
    }

    private void takeStderr(byte[] bytes) {
        stderr.write(bytes, 0, Math.min(bytes.length, MOST_STDERR - stderr.size()));
        String text = stderr.toString(StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        if (end >= 0) {
            firstLine.complete(text.substring(0, end));
        }
    }

    @Override
    public void onError(Throwable failure) {
        super.onError(failure);
        end();
    }

    @Override
    public void onComplete() {
        super.onComplete();
        end();
    }

    private void end() {
        over = true;
        firstLine.complete(stderr.toString(StandardCharsets.UTF_8));
        stdout.discontinue(OVER);
        stdin.breakOff(OVER);
    }

    @Override
    public void close() throws IOException {
        stdin.discontinue(CLOSED);
        stdout.breakOff(CLOSED);
        super.close();
    }
}
