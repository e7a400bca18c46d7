package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The first connection through the tunnel of a daemon, for which the library starts its process in the daemon container. */
final class FirstConnection {

    private static final int PORT = 7;
    private static final int PATIENCE_SECONDS = 20;

    /** Only the tunnel leads to a loopback address of a container. */
    private static final String SERVICE = "mkdir /www; echo >/www/page; httpd -f -p 127.0.0.1:" + PORT + " -h /www";

    private static final String UNTIL_IT_LISTENS = "until grep -q ':0007 .* 0A ' /proc/net/tcp; do sleep 0.1; done";

    private FirstConnection() {}

    /** Starts a daemon and returns the time from {@code addressOf} to the first byte of the service's answer, in milliseconds. */
    static double millis() throws IOException, InterruptedException {
        // The API has a port of its own, so the tunnel is not open before the time begins.
        try (NestedDocker docker =
                NestedDocker.builder().images(OuterEngine.TINY_IMAGE).port(0).start()) {
            String container = startService(docker.client());
            long start = System.nanoTime();
            InetSocketAddress address = docker.addressOf(container, PORT);
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write("GET /page HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                if (socket.getInputStream().read() < 0) {
                    throw new IOException("the service at " + address + " closed the connection without an answer");
                }
                return (System.nanoTime() - start) / 1e6;
            }
        }
    }

    private static String startService(DockerClient client) throws IOException, InterruptedException {
        String id = client.createContainerCmd(OuterEngine.TINY_IMAGE)
                .withCmd("sh", "-c", SERVICE)
                .exec()
                .getId();
        client.startContainerCmd(id).exec();
        String question = client.execCreateCmd(id)
                .withCmd("sh", "-c", UNTIL_IT_LISTENS)
                .withAttachStdout(true)
                .exec()
                .getId();
        if (!client.execStartCmd(question)
                .exec(new ResultCallback.Adapter<Frame>())
                .awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the service did not listen within " + PATIENCE_SECONDS + " s");
        }
        return id;
    }
}
