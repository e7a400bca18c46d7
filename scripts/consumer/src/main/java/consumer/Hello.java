package consumer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.nesteddocker.NestedDocker;
import java.nio.charset.StandardCharsets;

/** Says hello from a container inside a nested daemon. */
public final class Hello {

    private Hello() {}

    /** The argument is the name of an image that has the command echo. */
    public static void main(String[] args) throws Exception {
        String image = args[0];
        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            DockerClient inner = docker.client();
            String id = inner.createContainerCmd(image)
                    .withCmd("echo", "hello")
                    .exec()
                    .getId();
            inner.startContainerCmd(id).exec();
            inner.waitContainerCmd(id).start().awaitStatusCode();
            System.out.println(output(inner, id).strip() + " from Docker "
                    + inner.versionCmd().exec().getVersion() + ", Java "
                    + Runtime.version().feature() + ", " + NestedDocker.class.getModule());
        }
    }

    private static String output(DockerClient inner, String id) throws InterruptedException {
        StringBuilder output = new StringBuilder();
        inner.logContainerCmd(id)
                .withStdOut(true)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        output.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
                    }
                })
                .awaitCompletion();
        return output.toString();
    }
}
