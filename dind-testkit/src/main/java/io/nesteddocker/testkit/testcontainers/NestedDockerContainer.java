package io.nesteddocker.testkit.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.nesteddocker.Endpoint;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.testkit.internal.testcontainers.Routing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * A nested daemon as a container of Testcontainers, for tests that have their containers from there.
 *
 * <pre>{@code
 * @Container
 * static final NestedDockerContainer DOCKER = new NestedDockerContainer();
 *
 * DOCKER.innerClient().versionCmd().exec();
 * }</pre>
 *
 * <p>It is started by {@link NestedDocker} on the engine that Testcontainers uses. Image, environment, labels, network with aliases,
 * extra hosts, {@code withPrivilegedMode}, log consumers and {@code dependsOn} mean what they mean elsewhere; what only the builder can
 * say goes into {@link #withDocker}. What Testcontainers can say of containers and a daemon can't have is refused.
 *
 * <p>No port is opened without a word: the inner API is reached as {@link NestedDocker} reaches it, and {@code port(..)} is mutual TLS.
 *
 * <p>Start and stop it from one thread at a time.
 */
public final class NestedDockerContainer extends GenericContainer<NestedDockerContainer> {

    private final List<Consumer<NestedDockerBuilder>> customizers = new ArrayList<>();
    private @Nullable NestedDocker docker;
    private @Nullable InspectContainerResponse info;

    /** A daemon from the default image; see {@link io.nesteddocker.DaemonImage#defaultImage()}. */
    public NestedDockerContainer() {
        this(NestedDocker.builder().spec().image().reference());
    }

    /**
     * A daemon from an image that has {@code dockerd}.
     *
     * @param image a reference such as {@code docker:29-dind}; Testcontainers pulls it where it is missing
     */
    public NestedDockerContainer(String image) {
        super(DockerImageName.parse(image));
    }

    /**
     * Says what only the builder can say.
     *
     * @param customizer is handed the builder at the start, after all else
     * @return this container
     */
    public NestedDockerContainer withDocker(Consumer<NestedDockerBuilder> customizer) {
        customizers.add(Objects.requireNonNull(customizer, "customizer"));
        return this;
    }

    /**
     * The daemon.
     *
     * @return the running daemon, which this container closes
     * @throws IllegalStateException if the container has not been started, or was stopped
     */
    public NestedDocker docker() {
        NestedDocker running = docker;
        if (running == null) {
            throw new IllegalStateException("Tried to use the daemon of a NestedDockerContainer that does not run;"
                    + " call start() first, or annotate its field with @Container.");
        }
        return running;
    }

    /**
     * The docker-java client of the inner engine; {@code getDockerClient()} is that of the engine around it.
     *
     * @return the inner client, closed with the container
     * @throws IllegalStateException if the container does not run
     */
    public DockerClient innerClient() {
        return docker().client();
    }

    /**
     * Where the inner API answers, for other programs.
     *
     * @return the endpoint
     * @throws IllegalStateException if the container does not run
     */
    public Endpoint endpoint() {
        return docker().endpoint();
    }

    /**
     * Starts the daemon, and returns when its API answers. Does nothing where it runs.
     *
     * @throws IllegalStateException if something was said that a daemon can't have
     * @throws io.nesteddocker.NestedDockerException if the daemon can't be started
     */
    @Override
    public void start() {
        if (docker != null) {
            return;
        }
        refuseWhatADaemonCantHave();
        Startables.deepStart(dependencies).join();
        NestedDockerBuilder builder = Routing.builderHere().image(getDockerImageName());
        say(builder);
        NestedDocker started = builder.start();
        docker = started;
        try {
            getLogConsumers().forEach(this::followOutput);
            waitUntilContainerStarted();
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    private void refuseWhatADaemonCantHave() {
        String byBuilder = "use withDocker(..)";
        refuse(
                !getExposedPorts().isEmpty() || !getPortBindings().isEmpty(),
                "exposed ports",
                "use endpoint(), or docker().addressOf(container, port)");
        refuse(
                !getBinds().isEmpty() || !getVolumesFroms().isEmpty(),
                "mounts",
                "use withDocker(builder -> builder.share(folder))");
        refuse(getCommandParts().length > 0, "a command", "use withDocker(builder -> builder.daemonArgs(..))");
        refuse(
                isShouldBeReused(),
                "withReuse",
                "use withDocker(NestedDockerBuilder::keepRunning) and NestedDocker.attach(..)");
        refuse(getWorkingDirectory() != null, "a working directory", "leave it out");
        refuse(getShmSize() != null, "a size of shared memory", byBuilder);
        refuse(getTmpFsMapping() != null, "withTmpFs", byBuilder);
        refuse(isHostAccessible(), "withAccessToHost", byBuilder);
    }

    private void say(NestedDockerBuilder builder) {
        if (isPrivilegedMode()) {
            builder.privileged();
        }
        getEnvMap().forEach(builder::environment);
        DockerClientFactory.DEFAULT_LABELS.forEach(builder::label);
        getLabels().forEach(builder::label);
        for (String host : getExtraHosts()) {
            int colon = host.indexOf(':');
            builder.extraHost(host.substring(0, colon), host.substring(colon + 1));
        }
        if (getNetwork() != null) {
            builder.network(
                    dockerClient
                            .inspectNetworkCmd()
                            .withNetworkId(getNetwork().getId())
                            .exec()
                            .getName(),
                    getNetworkAliases().toArray(String[]::new));
        } else if (getNetworkMode() != null) {
            builder.network(getNetworkMode());
        }
        customizers.forEach(customizer -> customizer.accept(builder));
    }

    /** Ends the daemon with all that is inside. Does nothing where it does not run. */
    @Override
    public void stop() {
        NestedDocker running = docker;
        docker = null;
        info = null;
        if (running != null) {
            running.close();
        }
    }

    /**
     * The identity of the daemon container.
     *
     * @return 64 hexadecimal digits, or null where it does not run
     */
    @Override
    public @Nullable String getContainerId() {
        NestedDocker running = docker;
        return running == null ? null : running.daemonContainerId();
    }

    /**
     * What the engine around it says of the daemon container.
     *
     * @return the answer of the first call, or null where it does not run
     */
    @Override
    public @Nullable InspectContainerResponse getContainerInfo() {
        if (info == null && docker != null) {
            info = getCurrentContainerInfo();
        }
        return info;
    }

    /**
     * Sets how long the start may take.
     *
     * @param timeout a millisecond to a day
     * @return this container
     */
    @Override
    public NestedDockerContainer withStartupTimeout(Duration timeout) {
        return withDocker(builder -> builder.startupTimeout(timeout));
    }

    /** Refused: the library says how the daemon container is created. */
    @Override
    public NestedDockerContainer withCreateContainerCmdModifier(Consumer<CreateContainerCmd> modifier) {
        throw refused("withCreateContainerCmdModifier", "use withDocker(..)");
    }

    /** Refused: files come in when the daemon runs. */
    @Override
    public NestedDockerContainer withCopyFileToContainer(MountableFile file, String containerPath) {
        throw refused("withCopyFileToContainer", "use copyFileToContainer(..) after the start");
    }

    /** Refused: files come in when the daemon runs. */
    @Override
    public NestedDockerContainer withCopyToContainer(Transferable transferable, String containerPath) {
        throw refused("withCopyToContainer", "use copyFileToContainer(..) after the start");
    }

    private static void refuse(boolean said, String what, String cure) {
        if (said) {
            throw refused(what, cure);
        }
    }

    private static IllegalStateException refused(String what, String cure) {
        return new IllegalStateException(
                "Tried to start a NestedDockerContainer with " + what + " but a daemon can't have that; " + cure + ".");
    }

    /** Each is the only one of its daemon. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
