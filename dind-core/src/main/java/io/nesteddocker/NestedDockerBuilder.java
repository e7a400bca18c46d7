package io.nesteddocker;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDockerSpec.ApiPort;
import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.plan.SpecCheck;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says what daemon to start; its last word is {@link #start()}.
 *
 * <p>Every option has a default that works, so {@code NestedDocker.builder().start()} is enough. A setter checks its own value at once
 * and throws {@link IllegalArgumentException}; options that clash are found by {@link #spec()} and {@link #start()}. A builder can be
 * used again. It is not thread-safe; the {@link NestedDockerSpec} that it makes is.
 */
public final class NestedDockerBuilder {

    private static final Duration DEFAULT_STARTUP_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration DEFAULT_STOP_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LONGEST_STOP_TIMEOUT = Duration.ofHours(1);
    private static final Duration LONGEST_STARTUP_TIMEOUT = Duration.ofDays(1);
    private static final Set<String> OUTER_SCHEMES = Set.of("unix", "npipe", "tcp", "http", "https", "ssh");

    @Nullable
    DaemonImage image;

    Privilege privilege = Privilege.leastPrivilege();
    boolean strictPrivilege;

    @Nullable
    ApiPort apiPort;

    private final Set<Boolean> portsSaid = new HashSet<>();

    DaemonOptionsDraft daemonOptions = new DaemonOptionsDraft();
    RegistriesDraft registries = new RegistriesDraft();
    SurroundingsDraft surroundings = new SurroundingsDraft();
    ContainerDraft container = new ContainerDraft();
    DataRoot dataRoot = DataRoot.anonymousVolume();
    final List<ImageSource> images = new ArrayList<>();

    @Nullable
    DockerClient outerClient;

    @Nullable
    URI outerUri;

    Duration startupTimeout = DEFAULT_STARTUP_TIMEOUT;
    Duration stopTimeout = DEFAULT_STOP_TIMEOUT;

    @Nullable
    Consumer<String> logConsumer;

    @Nullable
    ProgressListener progress;

    boolean keepRunning;
    Road road = Road.AUTOMATIC;

    NestedDockerBuilder() {}

    NestedDockerBuilder(NestedDockerSpec spec) {
        image = spec.image();
        privilege = spec.privilege();
        strictPrivilege = spec.strictPrivilege();
        apiPort = spec.apiPort().orElse(null);
        daemonOptions = new DaemonOptionsDraft(spec.daemonOptions());
        registries = new RegistriesDraft(spec.registries());
        surroundings = new SurroundingsDraft(spec.surroundings());
        container = new ContainerDraft(spec);
        dataRoot = spec.dataRoot();
        images.addAll(spec.images());
        outerClient = spec.outerClient().orElse(null);
        outerUri = spec.outerUri().orElse(null);
        startupTimeout = spec.startupTimeout();
        stopTimeout = spec.stopTimeout();
        logConsumer = spec.logConsumer().orElse(null);
        progress = spec.progress().orElse(null);
        keepRunning = spec.keepRunning();
        road = spec.road();
    }

    /**
     * Names the daemon image; see {@link #image(DaemonImage)}.
     *
     * @param reference an image reference such as {@code docker:29-dind}
     * @return this builder
     * @throws IllegalArgumentException if the reference is blank or has white space in it
     */
    public NestedDockerBuilder image(String reference) {
        return image(DaemonImage.of(reference));
    }

    /**
     * Chooses the daemon image. The default is {@link DaemonImage#defaultImage()}.
     *
     * @param image any image with {@code dockerd}, {@code containerd}, {@code runc} and a shell
     * @return this builder
     */
    public NestedDockerBuilder image(DaemonImage image) {
        this.image = Given.value(image, "the daemon image");
        return this;
    }

    /**
     * Asks for Docker's {@code --privileged}; where the outer engine cannot grant it, the daemon starts with
     * {@link Privilege#leastPrivilege()}, a warning is logged, and {@link EngineInfo#granted()} says so.
     *
     * @return this builder
     */
    public NestedDockerBuilder privileged() {
        return privileged(false);
    }

    /**
     * Asks for Docker's {@code --privileged} and says what to do where the outer engine cannot grant it.
     *
     * @param strict true to refuse with an {@link OuterEngineException}, false to go on with least privilege
     * @return this builder
     */
    public NestedDockerBuilder privileged(boolean strict) {
        privilege = Privilege.privileged();
        strictPrivilege = strict;
        return this;
    }

    /**
     * Chooses what the outer engine lets the daemon container do. The default is {@link Privilege#leastPrivilege()}.
     *
     * @param privilege one of the ways in {@link Privilege}
     * @return this builder
     */
    public NestedDockerBuilder privilege(Privilege privilege) {
        this.privilege = Given.value(privilege, "the privilege");
        strictPrivilege = false;
        return this;
    }

    /**
     * Publishes the inner API on a TCP port of the outer host's loopback address, with mutual TLS.
     *
     * <p>If this program runs in a container of the outer engine, and not in the outer host's network, that loopback address is out of its
     * reach, so the port is published on the gateway of the program's network instead: other containers can connect to it, and fail without the certificate. If the outer
     * engine is on another machine, the port is published on all of its addresses. {@link #start()} refuses if neither is possible.
     *
     * <p>The certificates are made for this daemon alone and never leave the program unless {@link NestedDocker#endpoint()} is called.
     * Without this option nothing is published: the API is on a private Unix socket where the outer engine shares the program's file
     * system, and reached through commands in the daemon container otherwise; see {@link #road(Road)}.
     *
     * @param port 1 to 65535, or 0 for any free port
     * @return this builder
     * @throws IllegalArgumentException if the port is out of range
     */
    public NestedDockerBuilder port(int port) {
        apiPort = new ApiPort(checkedPort(port), true);
        portsSaid.add(true);
        return this;
    }

    /**
     * Publishes the inner API on a TCP port of the outer host's loopback address in plain text, without any check of who calls.
     *
     * <p>Whoever reaches that port is root in the daemon container: all programs on the outer host, and all containers on the daemon
     * container's network. Prefer {@link #port(int)}. A warning is logged at each start. {@link #start()} refuses if the outer engine is on
     * another machine, or this program runs in one of its containers.
     *
     * @param port 1 to 65535, or 0 for any free port
     * @return this builder
     * @throws IllegalArgumentException if the port is out of range
     */
    public NestedDockerBuilder insecurePort(int port) {
        apiPort = new ApiPort(checkedPort(port), false);
        portsSaid.add(false);
        return this;
    }

    /**
     * Adds flags for {@code dockerd}, after the library's own.
     *
     * @param arguments flags such as {@code --mtu=1400}, each with its value in the same string
     * @return this builder
     * @throws IllegalArgumentException if one is not a flag
     * @see <a href="https://docs.docker.com/reference/cli/dockerd/">Docker: dockerd</a>
     */
    public NestedDockerBuilder daemonArgs(String... arguments) {
        for (String argument : arguments) {
            daemonOptions.argument(Given.value(argument, "an argument of dockerd"));
        }
        return this;
    }

    /**
     * Adds a registry mirror that the inner engine pulls Docker Hub's images through. Those that were said first are asked first.
     *
     * @param address a bare address such as {@code http://mirror.example:5000}
     * @return this builder
     * @throws IllegalArgumentException if it is not a bare http or https address
     * @see <a href="https://docs.docker.com/docker-hub/image-library/mirror/">Docker: registry mirrors</a>
     */
    public NestedDockerBuilder registryMirror(URI address) {
        registries.mirror(address);
        return this;
    }

    /**
     * Adds a registry that the inner engine talks to without verified TLS: with certificates that nobody vouches for, or in plain
     * text. For a registry with a certificate, prefer {@link #registryCa(String, Path)}.
     *
     * @param registry a name with an optional port such as {@code registry.example:5000}, or a network
     * @return this builder
     * @throws IllegalArgumentException if it is neither
     */
    public NestedDockerBuilder insecureRegistry(String registry) {
        registries.insecure(registry);
        return this;
    }

    /**
     * Sets who to be for a registry: for {@link NestedDocker#client()}, whose pulls, pushes and builds need no {@code withAuthConfig}
     * then, and for the {@code docker} command in the daemon container, as {@code docker login} there would.
     *
     * <p>The password is in no environment variable, label or argument and in nothing that this library writes, but in
     * {@code /root/.docker/config.json} of the daemon container, readable by root there. Programs beside this one, which take the
     * {@link NestedDocker#endpoint()}, use their own user's {@code docker login}.
     *
     * @param registry a name with an optional port such as {@code registry.example:5000}, or {@code docker.io}
     * @param username the user's name
     * @param password the password or access token; whatever it is read from, it is a string in the end, since the Docker API takes
     *     it as one
     * @return this builder
     * @throws IllegalArgumentException if registry, name or password can't be
     */
    public NestedDockerBuilder registryCredentials(String registry, String username, String password) {
        registries.credentials(registry, username, password);
        return this;
    }

    /**
     * Takes over who this program's user is for a registry, from the docker config ({@code ~/.docker/config.json} or
     * {@code DOCKER_CONFIG}) and its credential helpers, where {@code docker login} has put it. It is looked up at each start.
     *
     * <p>Nothing is taken over without this word, because whatever runs in a privileged inner container can read it.
     *
     * @param registry a name with an optional port such as {@code ghcr.io}, or {@code docker.io}
     * @return this builder
     * @throws IllegalArgumentException if it is not a registry's name
     * @see #registryCredentials(String, String, String)
     */
    public NestedDockerBuilder registryCredentials(String registry) {
        registries.credentialsOfDockerConfig(registry);
        return this;
    }

    /**
     * Lets the inner engine trust a private certificate authority for one registry. The file is read at once.
     *
     * @param registry a name with an optional port such as {@code registry.example:5000}, as it is in the names of images
     * @param pem a file with one or more certificates in PEM form
     * @return this builder
     * @throws IllegalArgumentException if it is not a registry's name, or the file has no certificate in it
     * @see <a href="https://docs.docker.com/engine/security/certificates/">Docker: registry certificates</a>
     */
    public NestedDockerBuilder registryCa(String registry, Path pem) {
        registries.authority(registry, pem);
        return this;
    }

    /**
     * Sets how much the daemon logs. The default is the daemon's own, {@code info}.
     *
     * @param level {@code debug}, {@code info}, {@code warn}, {@code error} or {@code fatal}
     * @return this builder
     * @throws IllegalArgumentException if that is not a level
     */
    public NestedDockerBuilder logLevel(String level) {
        daemonOptions.logLevel(Given.value(level, "the log level"));
        return this;
    }

    /**
     * Adds a pool of addresses from which inner networks are cut. Without one the library plans pools clear of the outer networks.
     *
     * @param base an IPv4 network such as {@code 10.200.0.0/16}
     * @param size the prefix length of each inner network, from the base's own to 30
     * @return this builder
     * @throws IllegalArgumentException if base or size make no sense
     */
    public NestedDockerBuilder addressPool(String base, int size) {
        daemonOptions.addressPool(Given.value(base, "the address pool's base"), size);
        return this;
    }

    /**
     * Chooses the inner engine's storage driver. The default is the engine's own choice.
     *
     * @param driver the storage driver
     * @return this builder
     */
    public NestedDockerBuilder storageDriver(StorageDriver driver) {
        daemonOptions.storageDriver(Given.value(driver, "the storage driver"));
        return this;
    }

    /**
     * Mounts a folder of this machine in the daemon container at the same path, so that inner containers can bind-mount it, or what is in
     * it, under the path that this program knows.
     *
     * @param folder a folder that exists; what is in it is not copied
     * @return this builder
     * @throws IllegalArgumentException if it does not exist, or the daemon container needs its own folder at that path
     */
    public NestedDockerBuilder share(Path folder) {
        surroundings.folder(folder, false);
        return this;
    }

    /**
     * Does what {@link #share(Path)} does, but nobody inside can write to the folder.
     *
     * @param folder a folder that exists
     * @return this builder
     * @throws IllegalArgumentException if it does not exist, or the daemon container needs its own folder at that path
     */
    public NestedDockerBuilder shareReadOnly(Path folder) {
        surroundings.folder(folder, true);
        return this;
    }

    /**
     * Gives the daemon container a name for an address, as in {@code /etc/hosts}. The daemon knows it, for pulls; inner containers do not.
     *
     * @param name a host's name
     * @param address a numeric address, or {@code host-gateway} for the machine of the outer engine
     * @return this builder
     * @throws IllegalArgumentException if one of them is none
     */
    public NestedDockerBuilder extraHost(String name, String address) {
        surroundings.extraHost(name, address);
        return this;
    }

    /**
     * Sets the name servers of the daemon container, and with it those of inner containers. The default is the outer engine's choice.
     *
     * @param addresses numeric addresses
     * @return this builder
     * @throws IllegalArgumentException if one is not an address
     */
    public NestedDockerBuilder dns(String... addresses) {
        List.of(addresses).forEach(surroundings::dns);
        return this;
    }

    /**
     * Chooses the proxies through which the daemon reaches registries. The default is {@link Proxies#inherit()}.
     *
     * <p>The loopback addresses, the inner networks and those of all outer engines are reached without. Inner containers are not
     * concerned. Where one of the proxies' variables is given by {@link #environment(String, String)}, that stands and nothing is
     * inherited.
     *
     * @param proxies which proxies
     * @return this builder
     */
    public NestedDockerBuilder proxies(Proxies proxies) {
        surroundings.proxies(proxies);
        return this;
    }

    /**
     * Lets the daemon trust further authorities wherever it talks TLS, that of a proxy for example. Inner containers are not concerned.
     *
     * @param pemFile a file with one or more certificates in PEM form, which is read now
     * @return this builder
     * @throws IllegalArgumentException if there is no certificate in it, or a private key
     */
    public NestedDockerBuilder caCertificate(Path pemFile) {
        surroundings.authority(pemFile);
        return this;
    }

    /**
     * Sets an environment variable of the daemon container, for example a proxy for pulls.
     *
     * @param name the variable's name
     * @param value its value
     * @return this builder
     * @throws IllegalArgumentException if the name is empty or has {@code =} or white space in it
     */
    public NestedDockerBuilder environment(String name, String value) {
        container.variable(name, value);
        return this;
    }

    /**
     * Sets a label of the daemon container.
     *
     * @param key the label's key, outside {@code io.nesteddocker}
     * @param value the label's value
     * @return this builder
     * @throws IllegalArgumentException if the key is blank or one of the library's own
     */
    public NestedDockerBuilder label(String key, String value) {
        container.label(key, value);
        return this;
    }

    /**
     * Sets labels of the daemon container; see {@link #label(String, String)}.
     *
     * @param labels keys and values
     * @return this builder
     * @throws IllegalArgumentException if a key is blank or one of the library's own
     */
    public NestedDockerBuilder labels(Map<String, String> labels) {
        Given.value(labels, "the labels").forEach(this::label);
        return this;
    }

    /**
     * Chooses where the inner engine keeps its data. The default is {@link DataRoot#anonymousVolume()}.
     *
     * @param dataRoot a place that is not an overlay file system
     * @return this builder
     */
    public NestedDockerBuilder dataRoot(DataRoot dataRoot) {
        this.dataRoot = Given.value(dataRoot, "the data root");
        return this;
    }

    /**
     * Limits the memory of the daemon container with all inner containers. The default is no limit.
     *
     * @param size a number with an optional unit {@code b}, {@code k}, {@code m} or {@code g}, at least 64 MiB
     * @return this builder
     * @throws IllegalArgumentException if that is not a size, or less than a daemon needs
     */
    public NestedDockerBuilder memory(String size) {
        container.memory(size);
        return this;
    }

    /**
     * Limits the processors of the daemon container with all inner containers. The default is no limit.
     *
     * @param cpus a number from 0.01 to 10000, such as 1.5
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public NestedDockerBuilder cpus(double cpus) {
        container.cpus(cpus);
        return this;
    }

    /**
     * Limits the processes and threads of the daemon container with all inner containers. The default is no limit.
     *
     * @param pids at least 100, at most 4194304
     * @return this builder
     * @throws IllegalArgumentException if it is less than a daemon needs, or more than Linux has
     */
    public NestedDockerBuilder pidsLimit(long pids) {
        container.pids(pids);
        return this;
    }

    /**
     * Joins an outer network. The default is the outer engine's default bridge.
     *
     * @param network the name of an outer network that exists
     * @param aliases names of the daemon container on that network
     * @return this builder
     * @throws IllegalArgumentException if the name is blank, {@code none}, {@code host} or another container's, or an alias is no name
     *     of DNS
     */
    public NestedDockerBuilder network(String network, String... aliases) {
        container.network(network, aliases);
        return this;
    }

    /**
     * Names the daemon container. The default is a fresh name that begins with {@code dind-}.
     *
     * @param name letters, digits, dots, dashes and underscores, 2 to 128, the first a letter or digit
     * @return this builder
     * @throws IllegalArgumentException if that cannot be a container's name
     */
    public NestedDockerBuilder name(String name) {
        container.name(name);
        return this;
    }

    /**
     * Uses a client for the outer engine instead of looking for the engine. The client is never closed by this library.
     *
     * @param client a client of the outer engine, open for as long as the daemon is used
     * @return this builder
     */
    public NestedDockerBuilder outer(DockerClient client) {
        outerClient = Given.value(client, "the client of the outer engine");
        outerUri = null;
        return this;
    }

    /**
     * Names the outer engine instead of looking for it.
     *
     * @param uri {@code unix:///...}, {@code npipe:////...}, {@code ssh://...} or {@code tcp://...}; {@code DOCKER_TLS_VERIFY} and
     *     {@code DOCKER_CERT_PATH} apply to the latter
     * @return this builder
     * @throws IllegalArgumentException if the scheme is none of these
     */
    public NestedDockerBuilder outer(URI uri) {
        Given.value(uri, "the address of the outer engine");
        if (uri.getScheme() == null || !OUTER_SCHEMES.contains(uri.getScheme())) {
            throw new IllegalArgumentException(
                    "Tried to use the outer engine at \"" + uri
                            + "\" but its scheme is not known here; give unix:///..., npipe:////..., ssh://user@host or tcp://host:port.");
        }
        outerUri = uri;
        outerClient = null;
        return this;
    }

    /**
     * Sets how long {@link #start()} may take, pulling or building the image included. The default is 2 minutes.
     *
     * <p>When it passes, everything created so far is removed and {@code start()} throws {@link StartupException}.
     *
     * @param timeout a millisecond to a day
     * @return this builder
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public NestedDockerBuilder startupTimeout(Duration timeout) {
        Given.value(timeout, "the startup timeout");
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(LONGEST_STARTUP_TIMEOUT) > 0) {
            throw new IllegalArgumentException("Tried to set a start-up timeout of " + timeout
                    + " but it is at least a millisecond and at most a day; give one such as Duration.ofSeconds(60).");
        }
        startupTimeout = timeout;
        return this;
    }

    /**
     * Sets how long inner containers get to end by themselves when the daemon is closed. The default is 2 seconds.
     *
     * @param timeout zero to an hour, in whole seconds
     * @return this builder
     * @throws IllegalArgumentException if it is negative or longer
     */
    public NestedDockerBuilder stopTimeout(Duration timeout) {
        Given.value(timeout, "the stop timeout");
        if (timeout.isNegative() || timeout.compareTo(LONGEST_STOP_TIMEOUT) > 0) {
            throw new IllegalArgumentException("Tried to set a stop timeout of " + timeout
                    + " but it is between zero and an hour; give one such as Duration.ofSeconds(5).");
        }
        stopTimeout = timeout;
        return this;
    }

    /**
     * Hands each line of the daemon's log to a consumer, from a thread that is there for nothing else.
     *
     * <p>What the consumer throws is logged once and changes nothing. Where it is slower than the daemon, 10000 lines wait for it; those
     * that come on top are left out, and a line in their place says how many. {@link NestedDocker#close()}, and a start that fails, wait
     * for half a second for a consumer that is behind.
     *
     * @param consumer hears one line at a time, without the line's end
     * @return this builder
     */
    public NestedDockerBuilder logConsumer(Consumer<String> consumer) {
        logConsumer = Given.value(consumer, "the log consumer");
        return this;
    }

    /**
     * Hears how pulling or building the daemon image comes along.
     *
     * @param listener hears one report at a time
     * @return this builder
     */
    public NestedDockerBuilder progress(ProgressListener listener) {
        progress = Given.value(listener, "the progress listener");
        return this;
    }

    /**
     * Has images of the outer engine inside when {@link #start()} returns, pulled there first where they are missing.
     *
     * <p>They are not copied: the first start fills a seed with their layers, later ones link to it in a few milliseconds, however large
     * they are. Adds to what was given before.
     *
     * @param references names such as {@code alpine:3.20} ({@code latest} without a tag), digests, or image IDs
     * @return this builder
     * @throws IllegalArgumentException if a reference is empty or has a space in it
     * @see NestedDocker#imageCache()
     */
    public NestedDockerBuilder images(String... references) {
        for (String reference : references) {
            images.add(ImageSource.of(reference));
        }
        return this;
    }

    /**
     * Has images inside when {@link #start()} returns. Adds to what was given before.
     *
     * <p>Images of an archive are copied into each daemon; all others are linked, as {@link #images(String...)} says.
     *
     * @param sources where the images come from
     * @return this builder
     */
    public NestedDockerBuilder images(ImageSource... sources) {
        for (ImageSource source : sources) {
            images.add(Given.value(source, "an image source"));
        }
        return this;
    }

    /**
     * Lets the daemon outlive the program: {@link NestedDocker#close()} only lets go of it, {@link NestedDocker#attach(String)} finds
     * it again by its {@link #name(String)}, and {@link NestedDocker#remove()} ends it.
     *
     * @return this builder
     */
    public NestedDockerBuilder keepRunning() {
        keepRunning = true;
        return this;
    }

    /**
     * Chooses the way on which this program reaches the inner API and the ports of inner containers. The default is
     * {@link Road#AUTOMATIC}: directly where that is possible, through {@code exec} elsewhere.
     *
     * <p>With {@link #port(int)} or {@link #insecurePort(int)} the API is reached at that port, whatever is said here.
     *
     * @param chosen the way to take
     * @return this builder
     */
    public NestedDockerBuilder road(Road chosen) {
        road = Given.value(chosen, "the road");
        return this;
    }

    /**
     * Fixes what was said so far.
     *
     * @return an immutable copy of the options
     * @throws IllegalStateException if two options clash
     */
    public NestedDockerSpec spec() {
        if (portsSaid.size() > 1) {
            throw SpecCheck.clash("port(..)", "insecurePort(..)", "keep one of the two");
        }
        NestedDockerSpec spec = new NestedDockerSpec(this);
        SpecCheck.refuseClashes(spec);
        return spec;
    }

    /**
     * Starts the daemon and waits until its API has answered. Close what it returns.
     *
     * <p>It blocks for as long as {@link #startupTimeout(Duration)} at most. An interrupt ends it early with a
     * {@link StartupException} and the thread's interrupt flag set. Whenever it throws, nothing is left behind.
     *
     * @return the running daemon
     * @throws IllegalStateException if two options clash
     * @throws OuterEngineException if there is no outer engine, or it cannot host the daemon as asked
     * @throws ImageTransferException if an image could not be brought inside
     * @throws StartupException if the daemon did not come up
     */
    public NestedDocker start() {
        return NestedDocker.start(spec());
    }

    /** A daemon that fills a seed: of the same kind as {@code spec}'s, without what that one is to be like to others. */
    static NestedDockerSpec forSeed(
            NestedDockerSpec spec, String volume, StorageDriver storageDriver, Duration startupTimeout) {
        NestedDockerBuilder filling = new NestedDockerBuilder();
        filling.image = spec.image();
        filling.privilege = spec.privilege();
        filling.strictPrivilege = spec.strictPrivilege();
        filling.daemonOptions = new DaemonOptionsDraft(spec.daemonOptions());
        if (filling.daemonOptions.leavesStorageDriverOpen()) {
            filling.storageDriver(storageDriver);
        }
        spec.environment().forEach(filling::environment);
        filling.dataRoot = DataRoot.volume(volume);
        filling.outerClient = spec.outerClient().orElse(null);
        filling.outerUri = spec.outerUri().orElse(null);
        filling.startupTimeout = startupTimeout;
        return filling.spec();
    }

    private static int checkedPort(int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("Tried to use the port " + port
                    + " but ports are numbers from 1 to 65535; give one of these, or 0 for any free port.");
        }
        return port;
    }
}
