package io.nesteddocker;

import com.github.dockerjava.api.DockerClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What was said about a daemon: the options of a {@link NestedDockerBuilder}, checked one by one and fixed.
 *
 * <p>Immutable and thread-safe. One spec can start any number of daemons.
 */
public final class NestedDockerSpec {

    private final DaemonImage image;
    private final Privilege privilege;
    private final boolean strictPrivilege;
    private final Optional<ApiPort> apiPort;
    private final DaemonOptions daemonOptions;
    private final Registries registries;
    private final Surroundings surroundings;
    private final Map<String, String> environment;
    private final Map<String, String> labels;
    private final DataRoot dataRoot;
    private final Limits limits;
    private final String network;
    private final List<String> networkAliases;
    private final List<ImageSource> images;
    private final String name;
    private final Optional<DockerClient> outerClient;
    private final Optional<URI> outerUri;
    private final Duration startupTimeout;
    private final Duration stopTimeout;
    private final Optional<Consumer<String>> logConsumer;
    private final Optional<ProgressListener> progress;
    private final boolean keepRunning;
    private final Road road;

    NestedDockerSpec(NestedDockerBuilder said) {
        image = said.image == null ? DaemonImage.defaultImage() : said.image;
        privilege = said.privilege;
        strictPrivilege = said.strictPrivilege;
        apiPort = Optional.ofNullable(said.apiPort);
        daemonOptions = said.daemonOptions.toOptions();
        registries = said.registries.toRegistries();
        surroundings = said.surroundings.toSurroundings();
        environment = Map.copyOf(said.container.environment);
        labels = Map.copyOf(said.container.labels);
        dataRoot = said.dataRoot;
        limits = said.container.limits;
        network = said.container.network;
        networkAliases = List.copyOf(said.container.networkAliases);
        images = List.copyOf(said.images);
        name = said.container.name;
        outerClient = Optional.ofNullable(said.outerClient);
        outerUri = Optional.ofNullable(said.outerUri);
        startupTimeout = said.startupTimeout;
        stopTimeout = said.stopTimeout;
        logConsumer = Optional.ofNullable(said.logConsumer);
        progress = Optional.ofNullable(said.progress);
        keepRunning = said.keepRunning;
        road = said.road;
    }

    /**
     * A TCP port for the inner API.
     *
     * @param number the port on the loopback address of the outer host, or 0 for any free one
     * @param encrypted whether the port asks for mutual TLS
     */
    public record ApiPort(int number, boolean encrypted) {}

    /**
     * What is said to {@code dockerd} itself.
     *
     * @param logLevel one of debug, info, warn, error, fatal, or the empty string for the daemon's own default
     * @param addressPools pools for inner networks, or none to let the library plan them
     * @param storageDriver the storage driver, or none to let the daemon choose
     * @param arguments further flags, as given
     */
    public record DaemonOptions(
            String logLevel,
            List<AddressPool> addressPools,
            Optional<StorageDriver> storageDriver,
            List<String> arguments) {}

    /**
     * Addresses from which inner networks are cut.
     *
     * @param base an IPv4 network such as {@code 10.200.0.0/16}
     * @param size the prefix length of each inner network, for example 24
     */
    public record AddressPool(String base, int size) {}

    /**
     * The most that the daemon container, with all inner containers, may use.
     *
     * @param memoryBytes memory in bytes, or 0 for no limit
     * @param cpus processors, or 0 for no limit
     * @param pids processes and threads, or 0 for no limit
     */
    public record Limits(long memoryBytes, double cpus, long pids) {}

    /**
     * A builder that has said all that this spec says.
     *
     * @return a new builder
     */
    public NestedDockerBuilder toBuilder() {
        return new NestedDockerBuilder(this);
    }

    /** {@return the image of the daemon container} */
    public DaemonImage image() {
        return image;
    }

    /** {@return the privilege that was asked for} */
    public Privilege privilege() {
        return privilege;
    }

    /** {@return whether to refuse, rather than to go on with less, where the privilege cannot be granted} */
    public boolean strictPrivilege() {
        return strictPrivilege;
    }

    /** {@return the TCP port of the inner API, or empty for no port} */
    public Optional<ApiPort> apiPort() {
        return apiPort;
    }

    /** {@return what is said to {@code dockerd} itself} */
    public DaemonOptions daemonOptions() {
        return daemonOptions;
    }

    /** {@return what was said about registries} */
    public Registries registries() {
        return registries;
    }

    /** {@return what the daemon container gets of the world around it} */
    public Surroundings surroundings() {
        return surroundings;
    }

    /** {@return the environment variables of the daemon container} */
    public Map<String, String> environment() {
        return environment;
    }

    /** {@return the labels of the daemon container, besides the library's own} */
    public Map<String, String> labels() {
        return labels;
    }

    /** {@return where the inner engine keeps its data} */
    public DataRoot dataRoot() {
        return dataRoot;
    }

    /** {@return the most that the daemon container may use} */
    public Limits limits() {
        return limits;
    }

    /** {@return the outer network to join, or the empty string for the outer engine's default} */
    public String network() {
        return network;
    }

    /** {@return the names of the daemon container on that network} */
    public List<String> networkAliases() {
        return networkAliases;
    }

    /** {@return the name of the daemon container, or the empty string for one that the library makes up} */
    public String name() {
        return name;
    }

    /** {@return the client that was handed in for the outer engine, if any} */
    public Optional<DockerClient> outerClient() {
        return outerClient;
    }

    /** {@return the address that was given for the outer engine, if any} */
    public Optional<URI> outerUri() {
        return outerUri;
    }

    /** {@return how long a start may take} */
    public Duration startupTimeout() {
        return startupTimeout;
    }

    /** {@return how long inner containers get to end when the daemon is closed} */
    public Duration stopTimeout() {
        return stopTimeout;
    }

    /** {@return who hears the daemon's log, if anyone} */
    public Optional<Consumer<String>> logConsumer() {
        return logConsumer;
    }

    /** {@return who hears how the start comes along, if anyone} */
    public Optional<ProgressListener> progress() {
        return progress;
    }

    /** {@return the images that are inside when the daemon has started} */
    public List<ImageSource> images() {
        return images;
    }

    /** {@return whether the daemon outlives the program} */
    public boolean keepRunning() {
        return keepRunning;
    }

    /** {@return the way on which the program reaches what is inside} */
    public Road road() {
        return road;
    }
}
