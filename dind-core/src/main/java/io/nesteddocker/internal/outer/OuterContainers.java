package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.ExecResult;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.exec.ExecCall;
import io.nesteddocker.internal.exec.ExecRequest;
import io.nesteddocker.internal.exec.ExecSession;
import io.nesteddocker.internal.exec.ExecStreams;
import io.nesteddocker.internal.http.EngineStream;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.plan.ContainerPlan;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The outer engine's containers, with the operations that daemon containers need. Thread-safe. */
public final class OuterContainers {

    private static final Logger LOG = LoggerFactory.getLogger(OuterContainers.class);

    private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(30);

    /** The time to wait for the start of a log. Docker answers at once, but Podman only with the log's first line. */
    private static final Duration LOG_START = Duration.ofMillis(500);

    private final DockerClient client;
    private final ExecStreams execStreams;

    OuterContainers(DockerClient client) {
        this.client = client;
        execStreams = new ExecStreams(client);
    }

    /**
     * The state of a container.
     *
     * @param id its ID
     * @param name its name
     * @param image the reference of its image
     * @param status {@code created}, {@code running}, {@code paused}, {@code exited} and so on
     * @param description the status with the exit code and whether memory ran out, if the container has ended
     * @param labels its labels
     */
    public record ContainerState(
            String id, String name, String image, String status, String description, Map<String, String> labels) {}

    /** Returns the state of a container as a text. */
    public String describeState(String id) {
        try {
            return find(id).map(ContainerState::description).orElse("ended and removed");
        } catch (RuntimeException e) {
            return "unknown (" + Reason.of(e) + ")";
        }
    }

    private static String describe(String status, InspectContainerResponse.ContainerState state) {
        long exitCode = Objects.requireNonNullElse(state.getExitCodeLong(), 0L);
        return status
                + (status.equals("exited") ? " with code " + exitCode : "")
                + (Boolean.TRUE.equals(state.getOOMKilled()) ? ", out of memory" : "");
    }

    /**
     * Creates a container and returns its ID. Logs the engine's warnings; an engine only warns of a limit that its kernel can't enforce.
     */
    public String create(ContainerPlan plan) {
        CreateContainerResponse created = CreateRequest.of(client, plan).exec();
        for (String warning : Objects.requireNonNullElse(created.getWarnings(), new String[0])) {
            LOG.warn("The outer engine warns about the daemon container {}: {}", plan.name(), warning);
        }
        return created.getId();
    }

    /** Creates a helper container and returns its ID. */
    public String create(HelperPlan plan) {
        return plan.request(client).exec().getId();
    }

    /** Unpacks a tar archive into a container's file system. */
    public void upload(String id, byte[] tar) {
        client.copyArchiveToContainerCmd(id)
                .withRemotePath("/")
                .withTarInputStream(new ByteArrayInputStream(tar))
                .exec();
    }

    /** Writes files into the file system of a container, running or not, and into its mounted volumes. */
    public void upload(String id, PrivateFiles files) {
        upload(id, files.toTar());
    }

    /** Unpacks a tar archive into a container's file system while it arrives. A file never replaces a folder. */
    public void upload(String id, InputStream tar) {
        client.copyArchiveToContainerCmd(id)
                .withRemotePath("/")
                .withNoOverwriteDirNonDir(true)
                .withTarInputStream(tar)
                .exec();
    }

    /** Reads a file or folder of a container as a tar archive; the caller closes it. */
    public InputStream download(String id, String path) {
        return client.copyArchiveFromContainerCmd(id, path).exec();
    }

    /**
     * Attaches to a container's streams; its standard input closes when the returned handle is closed or this program ends.
     *
     * @param stdin the container's standard input
     * @param output receives the container's output, in pieces, on one thread
     * @param ended runs once when the streams have ended
     */
    public Closeable attach(String id, InputStream stdin, Consumer<byte[]> output, Runnable ended)
            throws InterruptedException {
        return attach(id, stdin, new Pump(output, ended));
    }

    /** Attaches to a container's streams, with standard output and standard error kept apart. */
    public Closeable attach(String id, InputStream stdin, EngineStream<Frame> frames) throws InterruptedException {
        client.attachContainerCmd(id)
                .withStdIn(stdin)
                .withStdOut(true)
                .withStdErr(true)
                .withFollowStream(true)
                .exec(frames);
        try {
            frames.awaitStart(ATTACH_TIMEOUT);
            return frames;
        } catch (RuntimeException | InterruptedException e) {
            Quietly.close(frames);
            throw e;
        }
    }

    /** Follows the output of a container from its start. */
    public Closeable followLog(String id, Consumer<byte[]> output, Runnable ended) {
        return followLog(client.logContainerCmd(id), output, ended);
    }

    /** Follows the output of a container from now on. */
    public Closeable followNewLog(String id, Consumer<byte[]> output, Runnable ended) throws InterruptedException {
        Pump pump = followLog(client.logContainerCmd(id).withTail(0), output, ended);
        if (!pump.hasStartedWithin(LOG_START)) {
            LOG.debug("The log of {} may begin late", id);
        }
        return pump;
    }

    private static Pump followLog(LogContainerCmd request, Consumer<byte[]> output, Runnable ended) {
        return request.withStdOut(true).withStdErr(true).withFollowStream(true).exec(new Pump(output, ended));
    }

    /** Starts a created container. */
    public void start(String id) {
        client.startContainerCmd(id).exec();
    }

    /** Returns the outer engine's port at which a TCP port of a container is published. */
    public int publishedPort(String id, int containerPort) {
        return findPublishedPort(id, containerPort)
                .map(InetSocketAddress::getPort)
                .orElseThrow(() -> new IllegalStateException(
                        "The outer engine has not published the port " + containerPort + "."));
    }

    /**
     * Returns the unresolved address of the outer host, with the port, at which a TCP port of a container is published; empty if it is not
     * published.
     */
    public Optional<InetSocketAddress> findPublishedPort(String id, int containerPort) {
        Ports.Binding[] bindings = client.inspectContainerCmd(id)
                .exec()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(ExposedPort.tcp(containerPort));
        return Arrays.stream(Objects.requireNonNullElse(bindings, new Ports.Binding[0]))
                .map(binding -> InetSocketAddress.createUnresolved(
                        Objects.requireNonNullElse(binding.getHostIp(), ""),
                        Integer.parseInt(binding.getHostPortSpec())))
                .findFirst();
    }

    /** Returns the state of a container, or empty if there is none. */
    public Optional<ContainerState> find(String idOrName) {
        try {
            InspectContainerResponse found =
                    client.inspectContainerCmd(idOrName).exec();
            String status = Objects.requireNonNullElse(found.getState().getStatus(), "unknown");
            return Optional.of(new ContainerState(
                    found.getId(),
                    found.getName().replaceFirst("^/", ""),
                    Objects.requireNonNullElse(found.getConfig().getImage(), ""),
                    status,
                    describe(status, found.getState()),
                    Objects.requireNonNullElse(found.getConfig().getLabels(), Map.of())));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** Whether a container is there and paused. */
    public boolean isPaused(String id) {
        return find(id).filter(state -> state.status().equals("paused")).isPresent();
    }

    /** Returns the ID of a container's image. The image's name may belong to another image by now. */
    public String imageId(String id) {
        return client.inspectContainerCmd(id).exec().getImageId();
    }

    /** Returns the time when a container was created, by the clock of the engine's host. */
    public Instant created(String id) {
        return OffsetDateTime.parse(client.inspectContainerCmd(id).exec().getCreated())
                .toInstant();
    }

    /**
     * A container's address on a network.
     *
     * @param address its IPv4 address
     * @param gateway the address of the network's gateway
     */
    public record ContainerAddress(String address, String gateway) {}

    /** Returns the IPv4 addresses of a container on its networks that have a gateway. */
    public List<ContainerAddress> addresses(String id) {
        Map<String, ContainerNetwork> networks =
                client.inspectContainerCmd(id).exec().getNetworkSettings().getNetworks();
        return networks.values().stream()
                .map(network -> new ContainerAddress(
                        Objects.requireNonNullElse(network.getIpAddress(), ""),
                        Objects.requireNonNullElse(network.getGateway(), "")))
                .filter(found -> !found.address().isEmpty() && !found.gateway().isEmpty())
                .toList();
    }

    /** Returns the names of the running containers that have a volume mounted. */
    public List<String> namesUsingVolume(String volume) {
        return client.listContainersCmd().withVolumeFilter(List.of(volume)).exec().stream()
                .map(container -> container.getNames()[0].replaceFirst("^/", ""))
                .toList();
    }

    /** Returns all containers with a label, running or not, the newest first. */
    public List<ContainerState> labelled(String label) {
        return client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(label)).exec().stream()
                .map(OuterContainers::state)
                .toList();
    }

    private static ContainerState state(Container listed) {
        String[] names = Objects.requireNonNullElse(listed.getNames(), new String[0]);
        return new ContainerState(
                listed.getId(),
                names.length == 0 ? "" : names[0].replaceFirst("^/", ""),
                Objects.requireNonNullElse(listed.getImage(), ""),
                Objects.requireNonNullElse(listed.getState(), "unknown"),
                Objects.requireNonNullElse(listed.getStatus(), ""),
                Objects.requireNonNullElse(listed.getLabels(), Map.of()));
    }

    /** Sends a signal to a container's first process. Does nothing if the container is gone or has ended. */
    public void signal(String id, String signal) {
        try {
            client.killContainerCmd(id).withSignal(signal).exec();
        } catch (NotFoundException | ConflictException e) {
            return;
        }
    }

    /** Suspends all processes of a container. */
    public void pause(String id) {
        client.pauseContainerCmd(id).exec();
    }

    /** Resumes the processes of a paused container. */
    public void unpause(String id) {
        client.unpauseContainerCmd(id).exec();
    }

    /** Resumes the processes of a container if it is paused; otherwise does nothing. */
    public void unpauseIfPaused(String id) {
        if (isPaused(id)) {
            unpause(id);
        }
    }

    /** Ends a container and removes it with its anonymous volumes. Does nothing if it is gone or being removed. */
    public void remove(String id) {
        try {
            client.removeContainerCmd(id)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException | NotModifiedException e) {
            return;
        } catch (ConflictException e) {
            if (!Reason.of(e).contains("already in progress")) {
                throw e;
            }
        }
    }

    /** Runs a command in a container and collects its output. */
    public ExecResult exec(String id, List<String> command) throws InterruptedException {
        return ExecCall.run(client, id, ExecRequest.of(command));
    }

    /**
     * Runs a command with options in a container and collects its output. If the thread is interrupted, the command is ended.
     *
     * @throws ExecCall.TimeLimitException if the command exceeded its time limit, and was ended
     */
    public ExecResult exec(String id, ExecRequest request) throws InterruptedException {
        return ExecCall.runOrEnd(client, id, request);
    }

    /** Starts a command in a container and returns its streams; the caller closes it. */
    public RunningCommand open(String id, ExecRequest request) throws InterruptedException {
        return ExecSession.open(client, id, request);
    }

    /** Returns commands in containers as byte streams. */
    public ExecStreams execStreams() {
        return execStreams;
    }

    /** Passes on copies of the frames, because docker-java uses one buffer for all of them. */
    private static final class Pump extends EngineStream<Frame> {

        private final Consumer<byte[]> output;
        private final Runnable ended;

        Pump(Consumer<byte[]> output, Runnable ended) {
            this.output = output;
            this.ended = ended;
        }

        @Override
        public void onNext(Frame frame) {
            output.accept(frame.getPayload().clone());
        }

        @Override
        public void onError(Throwable failure) {
            super.onError(failure);
            ended.run();
        }

        @Override
        public void onComplete() {
            super.onComplete();
            ended.run();
        }
    }
}
