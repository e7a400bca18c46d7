package io.nesteddocker;

import com.github.dockerjava.api.DockerClient;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The options for a daemon, checked and fixed: an immutable copy of what a {@link NestedDockerBuilder} was given.
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
     * @param number the port of the outer host, or 0 for any free port
     * @param encrypted whether the port requires mutual TLS
     */
    public record ApiPort(int number, boolean encrypted) {}

    /**
     * The options for {@code dockerd} itself.
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
     * A range of addresses from which inner networks are cut.
     *
     * @param base an IPv4 network such as {@code 10.200.0.0/16}
     * @param size the prefix length of each inner network, for example 24
     */
    public record AddressPool(String base, int size) {}

    /**
     * The limits of the daemon container together with all inner containers.
     *
     * @param memoryBytes memory in bytes, or 0 for no limit
     * @param cpus processors, or 0 for no limit
     * @param pids processes and threads, or 0 for no limit
     */
    public record Limits(long memoryBytes, double cpus, long pids) {}

    /**
     * Returns a builder with the options of this spec.
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

    /** {@return the requested privilege} */
    public Privilege privilege() {
        return privilege;
    }

    /** {@return whether the start fails if the outer engine cannot grant the privilege, instead of going on with less} */
    public boolean strictPrivilege() {
        return strictPrivilege;
    }

    /** {@return the TCP port of the inner API, or empty for no port} */
    public Optional<ApiPort> apiPort() {
        return apiPort;
    }

    /** {@return the options for {@code dockerd} itself} */
    public DaemonOptions daemonOptions() {
        return daemonOptions;
    }

    /** {@return the options for registries} */
    public Registries registries() {
        return registries;
    }

    /** {@return the folders, names, resolvers, authorities and proxies that the daemon container gets from its surroundings} */
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

    /** {@return the limits of the daemon container} */
    public Limits limits() {
        return limits;
    }

    /** {@return the outer network to join, or the empty string for the outer engine's default network} */
    public String network() {
        return network;
    }

    /** {@return the names of the daemon container on the outer network} */
    public List<String> networkAliases() {
        return networkAliases;
    }

    /** {@return the name of the daemon container, or the empty string for a generated name} */
    public String name() {
        return name;
    }

    /** {@return the client that was set for the outer engine, if any} */
    public Optional<DockerClient> outerClient() {
        return outerClient;
    }

    /** {@return the address that was set for the outer engine, if any} */
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

    /** {@return the consumer of the daemon's log, if any} */
    public Optional<Consumer<String>> logConsumer() {
        return logConsumer;
    }

    /** {@return the listener for progress reports, if any} */
    public Optional<ProgressListener> progress() {
        return progress;
    }

    /** {@return the images that the daemon has once it has started} */
    public List<ImageSource> images() {
        return images;
    }

    /** {@return whether the daemon outlives the program} */
    public boolean keepRunning() {
        return keepRunning;
    }

    /** {@return the way in which the program reaches the inner API and the ports of inner containers} */
    public Road road() {
        return road;
    }
}
