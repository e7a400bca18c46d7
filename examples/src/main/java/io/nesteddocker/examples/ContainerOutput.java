package io.nesteddocker.examples;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Reads what a container wrote. */
final class ContainerOutput {

    private ContainerOutput() {}

    /** Everything that an ended container wrote to either stream. */
    static String of(DockerClient client, String containerId) throws InterruptedException {
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
