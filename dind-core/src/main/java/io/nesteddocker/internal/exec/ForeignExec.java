package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.ExecStartCmd;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.EngineStream;
import io.nesteddocker.internal.http.Reason;
import java.io.IOException;
import java.time.Duration;

/**
 * The connection to a command through docker-java's public calls, for clients whose transport is not known here.
 *
 * <p>docker-java decodes the engine's frames, and this class encodes them again, so that there is one reader for both kinds of clients.
 * docker-java pushes the output, so it is made to wait until the output is read. Thread-safe for one reader and one writer.
 */
final class ForeignExec extends EngineStream<Frame> {

    private static final Duration START = Duration.ofSeconds(30);
    private static final String CLOSED = "the stream was closed";

    private final BytePipe stdin = new BytePipe();
    private final BytePipe framed = new BytePipe();
    private final boolean terminal;

    private volatile boolean over;

    private ForeignExec(boolean terminal) {
        this.terminal = terminal;
    }

    static DaemonConnection start(DockerClient client, String execId, boolean stdin, boolean terminal)
            throws IOException {
        ForeignExec exec = new ForeignExec(terminal);
        ExecStartCmd start = client.execStartCmd(execId).withDetach(false).withTty(terminal);
        (stdin ? start.withStdIn(exec.stdin.input()) : start).exec(exec);
        try {
            exec.awaitStart(START);
        } catch (InterruptedException e) {
            exec.close();
            throw Threads.interrupted(e);
        } catch (RuntimeException e) {
            exec.close();
            throw e;
        }
        return DaemonConnection.of(
                exec.framed.input(),
                exec.stdin.output(),
                exec.stdin.output()::close,
                exec::close,
                () -> !exec.over && exec.framed.input().available() == 0);
    }

    @Override
    public void onNext(Frame frame) {
        byte[] bytes = frame.getPayload();
        try {
            if (!terminal) {
                framed.output().write(FramedInput.header(frame.getStreamType() == StreamType.STDERR, bytes.length));
            }
            framed.output().write(bytes);
        } catch (IOException e) {
            // The stream has no reader any more: the connection was closed on this side.
            onError(e);
        }
    }

    @Override
    public void onError(Throwable failure) {
        super.onError(failure);
        over = true;
        framed.fail(Reason.of(failure));
        stdin.fail(Reason.of(failure));
    }

    @Override
    public void onComplete() {
        super.onComplete();
        over = true;
        framed.end(CLOSED);
        stdin.fail("the command has ended");
    }

    @Override
    public void close() throws IOException {
        stdin.end(CLOSED);
        framed.fail(CLOSED);
        super.close();
    }
}
