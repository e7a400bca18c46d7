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

/** The outer engine, used through plain docker-java as by a program without this library. */
final class OuterEngine implements Closeable {

    /** An image with busybox and nothing else; {@code ./dev image} builds it. */
    static final String TINY_IMAGE = "nested-docker-test:tiny";

    private static final int STATISTICS_SECONDS = 30;

    private final DockerClient client;
    private final Map<String, String> labels;

    private OuterEngine(DockerClient client, Map<String, String> labels) {
        this.client = client;
        this.labels = labels;
    }

    /** Connects to the engine that {@code DOCKER_HOST} or the Docker context names, or to the usual socket. */
    static OuterEngine connect(String runId) {
        DockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        return new OuterEngine(client(config), Map.of(RunResources.LABEL, runId, "io.nesteddocker", "benchmark"));
    }

    /** Returns a client of an inner engine without TLS; it ignores the environment variables of this process. */
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

    /** Returns the labels that mark all containers of this run. */
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

    /** Returns the labels of an image, which must exist. */
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

    /** Starts a container, and removes it if the start fails. */
    void startOrRemove(String id) {
        try {
            client.startContainerCmd(id).exec();
        } catch (RuntimeException e) {
            remove(id);
            throw e;
        }
    }

    /** Removes a container with its anonymous volumes, running or not. Does nothing if it does not exist. */
    void remove(String id) {
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException e) {
            // It is gone already.
        } catch (ConflictException e) {
            // Another request is removing it already.
        }
    }

    /** Removes every container of this run. */
    void removeAllOfThisRun() {
        client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(RunResources.LABEL, Objects.requireNonNull(labels.get(RunResources.LABEL))))
                .exec()
                .forEach(container -> remove(container.getId()));
    }

    /** Returns the present statistics of a container; the engine needs a second or two for them. */
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
                throw new IllegalStateException("The outer engine returned no statistics of a running container in "
                        + STATISTICS_SECONDS + " s; is it overloaded?");
            }
            return known;
        }
    }

    /** Returns the last lines that a container wrote, for an error message. */
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
