package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.nesteddocker.NestedDocker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Runs containers of the tiny image in an engine that has it. */
public final class InnerContainers {

    private static final long PATIENCE_SECONDS = 60;

    private InnerContainers() {}

    /** Runs a command in a new container, and returns its output without surrounding white space. */
    public static String output(DockerClient engine, String... command) {
        return output(engine, request -> request, command);
    }

    /** Runs a command in a new container with more settings, and returns its output without surrounding white space. */
    public static String output(DockerClient engine, UnaryOperator<CreateContainerCmd> more, String... command) {
        String id = start(engine, more, command);
        engine.waitContainerCmd(id)
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(PATIENCE_SECONDS, TimeUnit.SECONDS);
        String output = log(engine, id);
        engine.removeContainerCmd(id).withRemoveVolumes(true).exec();
        return output;
    }

    /** Starts a container that sleeps, and ends at once when it is stopped. */
    public static String startSleeper(DockerClient engine, UnaryOperator<CreateContainerCmd> more) {
        return start(engine, more, "sh", "-c", "trap 'exit 0' TERM; echo awake; while :; do sleep 1 & wait $!; done");
    }

    /** Starts a container and returns its ID. */
    public static String start(DockerClient engine, UnaryOperator<CreateContainerCmd> more, String... command) {
        CreateContainerCmd request = engine.createContainerCmd(TinyImage.NAME).withCmd(command);
        String id = more.apply(request).exec().getId();
        engine.startContainerCmd(id).exec();
        return id;
    }

    /** Starts a server in a container, connects to it with {@code addressOf}, and returns what it sends. */
    public static String reachedByAddress(NestedDocker docker) throws IOException {
        String id = start(docker.client(), request -> request, "sh", "-c", "nc -ll -p 7 -e echo reached");
        try {
            return Sockets.read(docker.addressOf(id, 7));
        } finally {
            docker.client().removeContainerCmd(id).withForce(true).exec();
        }
    }

    /** Runs a command in a running container, and returns its output without surrounding white space. */
    public static String exec(DockerClient engine, String container, String... command) {
        String exec = engine.execCreateCmd(container)
                .withCmd(command)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
        return text(engine.execStartCmd(exec).exec(new Output()));
    }

    /** Returns the output of a container so far. */
    public static String log(DockerClient engine, String container) {
        return text(engine.logContainerCmd(container)
                .withStdOut(true)
                .withStdErr(true)
                .exec(new Output()));
    }

    private static String text(Output output) {
        try {
            if (!output.awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The engine's answer did not end within " + PATIENCE_SECONDS + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
        return output.toString().strip();
    }

    private static final class Output extends ResultCallback.Adapter<Frame> {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void onNext(Frame frame) {
            bytes.writeBytes(frame.getPayload());
        }

        @Override
        public synchronized String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
