package io.nesteddocker.testkit.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import io.nesteddocker.DaemonImage;
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
 * A nested daemon as a container of Testcontainers, for tests whose containers Testcontainers manages.
 *
 * <pre>{@code
 * @Container
 * static final NestedDockerContainer DOCKER = new NestedDockerContainer();
 *
 * DOCKER.innerClient().versionCmd().exec();
 * }</pre>
 *
 * <p>{@link NestedDocker} starts the daemon on the engine that Testcontainers uses. Image, environment, labels, network with aliases, extra
 * hosts, {@code withPrivilegedMode}, log consumers and {@code dependsOn} have the same effect as in other containers; {@link #withDocker}
 * sets the options that only the builder has. Settings of Testcontainers that a daemon can't have are refused with an
 * {@code IllegalStateException}.
 *
 * <p>No port is opened by default: programs reach the inner API in the same way as with {@link NestedDocker}. The builder's
 * {@code port(..)} opens a port with mutual TLS.
 *
 * <p>Start and stop it from one thread at a time.
 */
public final class NestedDockerContainer extends GenericContainer<NestedDockerContainer> {

    private final List<Consumer<NestedDockerBuilder>> customizers = new ArrayList<>();
    private @Nullable NestedDocker docker;
    private @Nullable InspectContainerResponse info;

    /** Creates a container with the default image; see {@link io.nesteddocker.DaemonImage#defaultImage()}. */
    public NestedDockerContainer() {
        this(DaemonImage.defaultImage().reference());
    }

    /**
     * Creates a container with an image that has {@code dockerd}.
     *
     * @param image a reference such as {@code docker:29-dind}; Testcontainers pulls the image if it is missing
     */
    public NestedDockerContainer(String image) {
        super(DockerImageName.parse(image));
    }

    /**
     * Sets options that only the builder has.
     *
     * @param customizer receives the builder when the container starts, after all other settings
     * @return this container
     */
    public NestedDockerContainer withDocker(Consumer<NestedDockerBuilder> customizer) {
        customizers.add(Objects.requireNonNull(customizer, "customizer"));
        return this;
    }

    /**
     * Returns the daemon.
     *
     * @return the running daemon, which this container closes
     * @throws IllegalStateException if the container has not been started, or was stopped
     */
    public NestedDocker docker() {
        NestedDocker running = docker;
        if (running == null) {
            throw new IllegalStateException(
                    "Tried to use the daemon of a NestedDockerContainer but that container does not run;"
                            + " call start() first, or annotate its field with @Container.");
        }
        return running;
    }

    /**
     * Returns the docker-java client of the inner engine; {@code getDockerClient()} returns the client of the outer engine.
     *
     * @return the inner client, which is closed when the container stops
     * @throws IllegalStateException if the container is not running
     */
    public DockerClient innerClient() {
        return docker().client();
    }

    /**
     * Returns the endpoint of the inner API, for other programs.
     *
     * @return the endpoint
     * @throws IllegalStateException if the container is not running
     */
    public Endpoint endpoint() {
        return docker().endpoint();
    }

    /**
     * Starts the daemon, and returns when its API answers. Does nothing if the daemon is running.
     *
     * @throws IllegalStateException if the container has a setting that a daemon can't have
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

    /** Closes the daemon, with everything in it. Does nothing if the daemon is not running. */
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
     * Returns the ID of the daemon container.
     *
     * @return 64 hexadecimal digits, or null if the daemon is not running
     */
    @Override
    public @Nullable String getContainerId() {
        NestedDocker running = docker;
        return running == null ? null : running.daemonContainerId();
    }

    /**
     * Returns what the outer engine reports about the daemon container.
     *
     * @return the report at the time of the first call after the start, or null if the daemon is not running
     */
    @Override
    public @Nullable InspectContainerResponse getContainerInfo() {
        if (info == null && docker != null) {
            info = getCurrentContainerInfo();
        }
        return info;
    }

    /**
     * Sets the maximum duration of the start.
     *
     * @param timeout from a millisecond to a day
     * @return this container
     */
    @Override
    public NestedDockerContainer withStartupTimeout(Duration timeout) {
        return withDocker(builder -> builder.startupTimeout(timeout));
    }

    /** Throws an {@code IllegalStateException}, because the library decides how the daemon container is created. */
    @Override
    public NestedDockerContainer withCreateContainerCmdModifier(Consumer<CreateContainerCmd> modifier) {
        throw refused("withCreateContainerCmdModifier", "use withDocker(..)");
    }

    /** Throws an {@code IllegalStateException}, because files can be copied only after the start. */
    @Override
    public NestedDockerContainer withCopyFileToContainer(MountableFile file, String containerPath) {
        throw refused("withCopyFileToContainer", "use copyFileToContainer(..) after the start");
    }

    /** Throws an {@code IllegalStateException}, because files can be copied only after the start. */
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

    /** Compares by identity, because each container has a daemon of its own. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
