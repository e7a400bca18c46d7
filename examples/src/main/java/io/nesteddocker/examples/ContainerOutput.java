package io.nesteddocker.examples;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads the output of a container. */
public final class ContainerOutput {

    private ContainerOutput() {}

    /**
     * Waits until a container has ended, and returns everything that it wrote to standard output and standard error.
     *
     * @param client a client of the container's engine
     * @param containerId the container, which was started
     * @return the output without white space around it
     * @throws InterruptedException if the thread is interrupted
     */
    public static String of(DockerClient client, String containerId) throws InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        client.logContainerCmd(containerId)
                .withStdOut(true)
                .withStdErr(true)
                .withFollowStream(true)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        output.writeBytes(frame.getPayload());
                    }
                })
                .awaitCompletion();
        return output.toString(StandardCharsets.UTF_8).strip();
    }
}
