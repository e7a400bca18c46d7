package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** A connection to a daemon, and a container there that supplies 200 MB as a file, as its log and at a port. */
final class MeasuredConnection {

    static final int PORT = 7;

    private static final int WARM_UP = 100;
    private static final int CALLS = 200;
    private static final int MEGABYTES = 200;
    private static final int LINES = 400_000;

    /** Fills the file and the log, whose lines have 500 bytes, and sends 200 MB to each client of the port. */
    private static final String CONTAINER = """
            head -c %d000000 /dev/urandom >/big
            yes "$(printf '%%499s' | tr ' ' x)" | head -n %d
            exec nc -ll -p %d -e dd if=/dev/zero bs=100000 count=%d 2>/dev/null
            """.formatted(MEGABYTES, LINES, PORT, MEGABYTES * 10);

    private final NestedDocker docker;
    private final DockerClient client;
    private final String container;
    private final InetSocketAddress address;

    private MeasuredConnection(NestedDocker docker, DockerClient client, String container, InetSocketAddress address) {
        this.docker = docker;
        this.client = client;
        this.container = container;
        this.address = address;
    }

    /** Starts the container, and waits until the file and the log are complete. */
    static MeasuredConnection to(NestedDocker docker, String network) {
        DockerClient client = docker.client();
        String id = client.createContainerCmd(OuterEngine.TINY_IMAGE)
                .withHostConfig(HostConfig.newHostConfig()
                        .withNetworkMode(network)
                        .withLogConfig(new LogConfig(
                                LogConfig.LoggingType.LOCAL, Map.of("max-size", "1g", "compress", "false"))))
                .withCmd("sh", "-c", CONTAINER)
                .exec()
                .getId();
        client.startContainerCmd(id).exec();
        return new MeasuredConnection(docker, client, id, awaitPort(docker, id));
    }

    private static InetSocketAddress awaitPort(NestedDocker docker, String id) {
        for (int attempt = 1; ; attempt++) {
            try {
                return docker.addressOf(id, PORT);
            } catch (NestedDockerException e) {
                if (attempt == 20) {
                    throw e;
                }
            }
        }
    }

    /** Returns the median duration of calls that only read, in milliseconds. */
    double callMillis() {
        for (int i = 0; i < WARM_UP; i++) {
            client.inspectContainerCmd(container).exec();
        }
        double[] millis = new double[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            client.inspectContainerCmd(container).exec();
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        return millis[CALLS / 2];
    }

    /** Reads 200 MB of a file and returns the speed in MB/s. */
    double archive() throws IOException {
        return speed(() ->
                count(client.copyArchiveFromContainerCmd(container, "/big").exec()));
    }

    /** Reads 200 MB of the log and returns the speed in MB/s. */
    double log() throws IOException {
        return speed(() -> {
            AtomicLong bytes = new AtomicLong();
            client.logContainerCmd(container)
                    .withStdOut(true)
                    .withTail(LINES)
                    .exec(new ResultCallback.Adapter<Frame>() {
                        @Override
                        public void onNext(Frame frame) {
                            bytes.addAndGet(frame.getPayload().length);
                        }
                    })
                    .awaitCompletion();
            return bytes.get();
        });
    }

    /** Reads 200 MB from the port and returns the speed in MB/s. */
    double port() throws IOException {
        return speed(() -> {
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                return count(socket.getInputStream());
            }
        });
    }

    /** Reads 200 MB of a command's output on one connection to the daemon's outer engine, and returns the speed in MB/s. */
    double command() throws IOException {
        return speed(() -> {
            try (Shell shell = docker.pipe("head", "-c", MEGABYTES + "000000", "/dev/zero")) {
                return count(shell.stdout());
            }
        });
    }

    private interface Transfer {
        long run() throws Exception;
    }

    private static double speed(Transfer transfer) throws IOException {
        long start = System.nanoTime();
        try {
            long bytes = transfer.run();
            if (bytes < MEGABYTES * 1_000_000L) {
                throw new IOException("only " + bytes + " bytes arrived");
            }
            return bytes / 1e6 / ((System.nanoTime() - start) / 1e9);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static long count(InputStream input) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        try (input) {
            int count;
            while ((count = input.read(buffer)) >= 0) {
                bytes += count;
            }
        }
        return bytes;
    }
}
