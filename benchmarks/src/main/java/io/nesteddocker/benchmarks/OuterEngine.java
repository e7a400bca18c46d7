package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The outer engine through docker-java as it comes, which is how a program without this library talks to it. */
final class OuterEngine implements Closeable {

    /** An image with busybox and nothing else, which {@code ./dev image} makes. */
    static final String TINY_IMAGE = "nested-docker-test:tiny";

    private static final int STATISTICS_SECONDS = 30;

    private final DockerClient client;
    private final Map<String, String> labels;

    private OuterEngine(DockerClient client, Map<String, String> labels) {
        this.client = client;
        this.labels = labels;
    }

    /** Connects to the engine of {@code DOCKER_HOST}, the docker context or the usual socket. */
    static OuterEngine connect(String runId) {
        DockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        return new OuterEngine(client(config), Map.of(Belongings.LABEL, runId, "io.nesteddocker", "benchmark"));
    }

    /** A client of an inner engine that needs no certificates, blind to this process's variables. */
    static DockerClient innerClient(URI address) {
        return client(new DefaultDockerClientConfig.Builder()
                .withDockerHost(address.toString())
                .withDockerTlsVerify(false)
                .build());
    }

    private static DockerClient client(DockerClientConfig config) {
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .build());
    }

    Info info() {
        return client.infoCmd().exec();
    }

    DockerClient client() {
        return client;
    }

    /** The labels by which everything of this run is found again. */
    Map<String, String> labels() {
        return labels;
    }

    boolean hasImage(String reference) {
        try {
            client.inspectImageCmd(reference).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** The labels of an image that is there. */
    Map<String, String> labelsOf(String reference) {
        var config = client.inspectImageCmd(reference).exec().getConfig();
        return config == null || config.getLabels() == null ? Map.of() : config.getLabels();
    }

    String create(String image, UnaryOperator<CreateContainerCmd> options) {
        return options.apply(client.createContainerCmd(image))
                .withLabels(labels)
                .exec()
                .getId();
    }

    /** Starts a container, and removes it where that fails. */
    void startOrRemove(String id) {
        try {
            client.startContainerCmd(id).exec();
        } catch (RuntimeException e) {
            remove(id);
            throw e;
        }
    }

    /** Removes a container with its anonymous volumes, whether or not it still runs or is there. */
    void remove(String id) {
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException e) {
            // Gone, which is what was wanted.
        } catch (ConflictException e) {
            // Somebody else is removing it already.
        }
    }

    /** Removes every container of this run. */
    void removeAllOfThisRun() {
        client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Belongings.LABEL, Objects.requireNonNull(labels.get(Belongings.LABEL))))
                .exec()
                .forEach(container -> remove(container.getId()));
    }

    /** What a container uses of memory now; it takes the engine a second or two. */
    Statistics statistics(String id) throws InterruptedException, IOException {
        FirstStatistics first = new FirstStatistics();
        try (first) {
            client.statsCmd(id).withNoStream(true).exec(first).awaitCompletion(STATISTICS_SECONDS, TimeUnit.SECONDS);
        }
        return first.get();
    }

    private static final class FirstStatistics extends ResultCallback.Adapter<Statistics> {
        private volatile @Nullable Statistics first;

        @Override
        public void onNext(Statistics statistics) {
            first = statistics;
        }

        Statistics get() {
            Statistics known = first;
            if (known == null) {
                throw new IllegalStateException("The outer engine gave no statistics of a running container in "
                        + STATISTICS_SECONDS + " s; is it overloaded?");
            }
            return known;
        }
    }

    /** The last lines that a container wrote, for an error's message. */
    String lastWords(String id) throws InterruptedException {
        List<String> lines = new CopyOnWriteArrayList<>();
        client.logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withTail(3)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        lines.add(new String(frame.getPayload(), StandardCharsets.UTF_8).strip());
                    }
                })
                .awaitCompletion(STATISTICS_SECONDS, TimeUnit.SECONDS);
        return String.join(" / ", lines);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
