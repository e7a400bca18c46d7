package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.nesteddocker.ExecResult;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.EngineStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** One command in a container, from its creation to its exit code. */
public final class ExecCall extends EngineStream<Frame> {

    private static final Duration EXIT_CODE_WAIT = Duration.ofSeconds(5);
    private static final Duration EXIT_CODE_PAUSE = Duration.ofMillis(5);

    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;
    private static final String REFUSAL = "OCI runtime exec failed: ";

    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    private ExecCall() {}

    /** Runs a command and waits for its end. */
    public static ExecResult run(DockerClient client, String containerId, List<String> command)
            throws InterruptedException {
        String execId = client.execCreateCmd(containerId)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withCmd(command.toArray(String[]::new))
                .exec()
                .getId();
        ExecCall call = client.execStartCmd(execId).exec(new ExecCall());
        call.awaitEnd();
        return result(
                exitCode(client, execId),
                call.stdout.toString(StandardCharsets.UTF_8),
                call.stderr.toString(StandardCharsets.UTF_8));
    }

    /** Why a program could not be run the engine says in the place of the program's output. */
    static ExecResult result(long exitCode, String stdout, String stderr) {
        boolean notRun = (exitCode == NOT_EXECUTABLE || exitCode == NOT_FOUND) && stdout.startsWith(REFUSAL);
        return notRun ? new ExecResult(exitCode, "", stdout + stderr) : new ExecResult(exitCode, stdout, stderr);
    }

    /** The engine ends the streams a moment before it knows the exit code. */
    private static long exitCode(DockerClient client, String execId) throws InterruptedException {
        Deadline deadline = Deadline.in(EXIT_CODE_WAIT);
        while (true) {
            Long code = client.inspectExecCmd(execId).exec().getExitCodeLong();
            if (code != null) {
                return code;
            }
            if (deadline.hasPassed()) {
                throw new IllegalStateException(
                        "The outer engine gave no exit code within " + EXIT_CODE_WAIT.toSeconds() + " seconds.");
            }
            deadline.pause(EXIT_CODE_PAUSE);
        }
    }

    @Override
    public void onNext(Frame frame) {
        ByteArrayOutputStream target = frame.getStreamType() == StreamType.STDERR ? stderr : stdout;
        target.writeBytes(frame.getPayload());
    }
}
