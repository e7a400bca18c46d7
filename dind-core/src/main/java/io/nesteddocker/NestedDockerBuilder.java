package io.nesteddocker;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.Endpoint.PublishedPort;
import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.options.Clashes;
import io.nesteddocker.internal.options.ConnectionOptions;
import io.nesteddocker.internal.options.ContainerOptions;
import io.nesteddocker.internal.options.DaemonOptions;
import io.nesteddocker.internal.options.LifecycleOptions;
import io.nesteddocker.internal.options.NetworkOptions;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.options.RegistryOptions;
import io.nesteddocker.internal.options.ReuseOptions;
import io.nesteddocker.internal.options.StorageOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Collects the options for a daemon, and starts it with {@link #start()}.
 *
 * <p>Every option has a default that works, so {@code NestedDocker.builder().start()} is enough. A setter checks its own value at once and
 * throws {@link IllegalArgumentException}; {@link #spec()} and {@link #start()} check that no two options clash. A builder can be used
 * again. It is not thread-safe, but the {@link NestedDockerSpec} that it returns is thread-safe.
 */
public final class NestedDockerBuilder {

    private ContainerOptions container;
    private DaemonOptions daemon;
    private RegistryOptions registries;
    private NetworkOptions network;
    private StorageOptions storage;
    private ConnectionOptions connection;
    private LifecycleOptions lifecycle;

    private final Set<Boolean> kindsOfPort = new HashSet<>();

    NestedDockerBuilder(Options options) {
        container = options.container();
        daemon = options.daemon();
        registries = options.registries();
        network = options.network();
        storage = options.storage();
        connection = options.connection();
        lifecycle = options.lifecycle();
    }

    /**
     * Sets the daemon image by its name; see {@link #image(DaemonImage)}.
     *
     * @param reference an image reference such as {@code docker:29-dind}
     * @return this builder
     * @throws IllegalArgumentException if the text is not an image reference
     */
    public NestedDockerBuilder image(String reference) {
        return image(DaemonImage.of(reference));
    }

    /**
     * Sets the daemon image. The default is {@link DaemonImage#defaultImage()}.
     *
     * @param image any image with {@code dockerd}, {@code containerd}, {@code runc} and a shell
     * @return this builder
     * @throws IllegalArgumentException if the image's name is not an image reference
     */
    public NestedDockerBuilder image(DaemonImage image) {
        container = container.image(Given.value(image, "the daemon image"));
        return this;
    }

    /**
     * Asks for Docker's {@code --privileged}. If the outer engine cannot grant it, the daemon starts with
     * {@link Privilege#leastPrivilege()}, a warning is logged, and {@link EngineInfo#granted()} returns what was granted.
     *
     * @return this builder
     */
    public NestedDockerBuilder privileged() {
        container = container.privilege(Privilege.privileged(), false);
        return this;
    }

    /**
     * Requires Docker's {@code --privileged}. If the outer engine cannot grant it, {@link #start()} throws an
     * {@link OuterEngineException}.
     *
     * @return this builder
     */
    public NestedDockerBuilder requirePrivileged() {
        container = container.privilege(Privilege.privileged(), true);
        return this;
    }

    /**
     * Sets what the outer engine lets the daemon container do. The default is {@link Privilege#leastPrivilege()}.
     *
     * @param privilege one of the kinds in {@link Privilege}
     * @return this builder
     */
    public NestedDockerBuilder privilege(Privilege privilege) {
        container = container.privilege(Given.value(privilege, "the privilege"), false);
        return this;
    }

    /**
     * Publishes the inner API on a TCP port of the outer host's loopback address, with mutual TLS.
     *
     * <p>If this program runs in a container of the outer engine, and not in the outer host's network, it can't reach that loopback
     * address. The port is then published on the gateway of the program's network; other containers can connect to it, but can't use it
     * without the certificate. If the outer engine is on another machine, the port is published on all of that machine's addresses. If this
     * program can reach none of these addresses, {@link #start()} fails.
     *
     * <p>The certificates are made for this daemon alone. The client's key stays in this program's memory, unless
     * {@link NestedDocker#endpoint()} or {@link NestedDocker#clientConfig()} is called, or the daemon is to outlive the program (see
     * {@link #keepRunning()} and {@link #reuse(String)}).
     *
     * <p>Without this option nothing is published: the API is on a private Unix socket if the outer engine shares the program's file
     * system, and is reached through a command in the daemon container otherwise; see {@link #connection(ConnectionMode)}.
     *
     * @param port 1 to 65535, or 0 for any free port
     * @return this builder
     * @throws IllegalArgumentException if the port is out of range
     */
    public NestedDockerBuilder port(int port) {
        connection = connection.port(port, true);
        kindsOfPort.add(true);
        return this;
    }

    /**
     * Lets containers on the daemon container's outer networks use the inner API: the API also listens, with mutual TLS, on port 2376 of
     * all IPv4 addresses of the daemon container. {@link NestedDocker#endpointFor(String)} returns what such a container needs.
     *
     * <p>The port is not published on the outer machine. Every container on those networks and every inner container can connect to the
     * port, but can use the API only with the certificate, which is made for this daemon alone. Without this option, the API listens on
     * these addresses only if {@link #port(int)} or {@link #insecurePort(int)} is called. This option and {@link #insecurePort(int)}
     * exclude each other.
     *
     * @return this builder
     */
    public NestedDockerBuilder listenOnNetworks() {
        connection = connection.onItsNetworks();
        return this;
    }

    /**
     * Publishes the inner API on a TCP port of the outer host's loopback address, in plain text and without authentication.
     *
     * <p>Anyone who can reach the port is root in the daemon container: all programs on the outer host, and all containers on the daemon
     * container's network. Prefer {@link #port(int)}. Each start logs a warning. {@link #start()} fails if the outer engine is on another
     * machine, or if this program runs in a container of the outer engine and not in the outer host's network.
     *
     * @param port 1 to 65535, or 0 for any free port
     * @return this builder
     * @throws IllegalArgumentException if the port is out of range
     */
    public NestedDockerBuilder insecurePort(int port) {
        connection = connection.port(port, false);
        kindsOfPort.add(false);
        return this;
    }

    /**
     * Adds flags for {@code dockerd}, after the library's own.
     *
     * @param arguments flags such as {@code --mtu=1400}, each with its value in the same string
     * @return this builder
     * @throws IllegalArgumentException if an argument is not a flag
     * @see <a href="https://docs.docker.com/reference/cli/dockerd/">Docker: dockerd</a>
     */
    public NestedDockerBuilder daemonArgs(String... arguments) {
        for (String argument : Given.each(arguments, "an argument of dockerd")) {
            daemon = daemon.argument(argument);
        }
        return this;
    }

    /**
     * Adds a registry mirror through which the inner engine pulls images of Docker Hub. Mirrors are asked in the order in which they were
     * added.
     *
     * @param address a bare address such as {@code http://mirror.example:5000}
     * @return this builder
     * @throws IllegalArgumentException if the address is not a bare http or https address
     * @see <a href="https://docs.docker.com/docker-hub/image-library/mirror/">Docker: registry mirrors</a>
     */
    public NestedDockerBuilder registryMirror(URI address) {
        registries = registries.mirror(address);
        return this;
    }

    /**
     * Adds a registry that the inner engine uses without verified TLS: the engine accepts any certificate, or plain text. For a registry
     * with a certificate, prefer {@link #registryCa(String, Path)}.
     *
     * @param registry a name with an optional port such as {@code registry.example:5000}, or a network
     * @return this builder
     * @throws IllegalArgumentException if the text is neither a registry's name nor a network
     */
    public NestedDockerBuilder insecureRegistry(String registry) {
        registries = registries.insecure(registry);
        return this;
    }

    /**
     * Sets the credentials for a registry. {@link NestedDocker#client()} sends them, so its pulls, pushes and builds need no
     * {@code withAuthConfig}; the {@code docker} command in the daemon container uses them as after {@code docker login} there.
     *
     * <p>The library puts the password into no environment variable, label, argument or log. It writes the password to
     * {@code /root/.docker/config.json} of the daemon container, which root can read there, and with {@link #keepRunning()} or
     * {@link #reuse(String)} to a second file that only root can read. Other programs that use the {@link NestedDocker#endpoint()} have the
     * credentials of their own user's {@code docker login}.
     *
     * @param registry a name with an optional port such as {@code registry.example:5000}, or {@code docker.io}
     * @param username the user's name
     * @param password the password or access token; it is a string because the Docker API takes it as a string
     * @return this builder
     * @throws IllegalArgumentException if the registry, the user's name or the password is not valid
     */
    public NestedDockerBuilder registryCredentials(String registry, String username, String password) {
        registries = registries.credentials(registry, username, password);
        return this;
    }

    /**
     * Uses the credentials that the user's Docker configuration holds for a registry: those that {@code docker login} has put into the
     * docker config ({@code ~/.docker/config.json} or {@code DOCKER_CONFIG}) or a credential helper. They are looked up at each start,
     * which fails if there are none.
     *
     * <p>Without this call the daemon container gets no credentials of the user, because whatever runs in a privileged inner container can
     * read them.
     *
     * @param registry a name with an optional port such as {@code ghcr.io}, or {@code docker.io}
     * @return this builder
     * @throws IllegalArgumentException if the text is not a registry's name
     * @see #registryCredentials(String, String, String)
     */
    public NestedDockerBuilder registryCredentials(String registry) {
        registries = registries.credentialsOfDockerConfig(registry);
        return this;
    }

    /**
     * Makes the inner engine trust a private certificate authority for one registry. The file is read at once.
     *
     * @param registry a name with an optional port such as {@code registry.example:5000}, as it is in the names of images
     * @param pem a file with one or more certificates in PEM form
     * @return this builder
     * @throws IllegalArgumentException if the text is not a registry's name, or the file has no certificate or has a private key in it
     * @see <a href="https://docs.docker.com/engine/security/certificates/">Docker: registry certificates</a>
     */
    public NestedDockerBuilder registryCa(String registry, Path pem) {
        registries = registries.authority(registry, pem);
        return this;
    }

    /**
     * Sets the daemon's log level. The default is the daemon's own, {@code info}.
     *
     * @param level {@code debug}, {@code info}, {@code warn}, {@code error} or {@code fatal}
     * @return this builder
     * @throws IllegalArgumentException if the level is none of these
     */
    public NestedDockerBuilder logLevel(String level) {
        daemon = daemon.logLevel(Given.value(level, "the log level"));
        return this;
    }

    /**
     * Adds a pool of addresses, from which each inner network gets a part. By default, the library chooses pools that do not overlap with
     * the outer networks.
     *
     * @param base an IPv4 network such as {@code 10.200.0.0/16}
     * @param size the prefix length of each inner network, from the base's own to 30
     * @return this builder
     * @throws IllegalArgumentException if the base or the size is not valid
     */
    public NestedDockerBuilder addressPool(String base, int size) {
        daemon = daemon.addressPool(Given.value(base, "the address pool's base"), size);
        return this;
    }

    /**
     * Sets the inner engine's storage driver. By default, the engine chooses it.
     *
     * @param driver the storage driver
     * @return this builder
     */
    public NestedDockerBuilder storageDriver(StorageDriver driver) {
        daemon = daemon.storageDriver(Given.value(driver, "the storage driver"));
        return this;
    }

    /**
     * Sets the lowest version of the API that the inner engine accepts, for example for a client that is older than the engine. By default,
     * the engine decides: engines 29.0 to 29.2 accept 1.44 and later, and engines from 29.3 on accept 1.40 and later.
     * {@link NestedDocker#client()} negotiates its version, so it does not need this option.
     *
     * <p>This option sets the variable {@code DOCKER_MIN_API_VERSION} of the daemon container, so it clashes with
     * {@code environment("DOCKER_MIN_API_VERSION", ..)} if the two versions differ. Engines older than 25 ignore it. If the engine does not
     * support the version, the daemon does not start, and the exception contains the engine's reason.
     *
     * @param version the lowest version, from 1.24 to 1.52; 1.52 is the highest version that {@link NestedDocker#client()} uses
     * @return this builder
     * @throws IllegalArgumentException if the text is not such a version
     */
    public NestedDockerBuilder minimumApiVersion(String version) {
        daemon = daemon.minimumApiVersion(version);
        return this;
    }

    /**
     * Mounts a folder of this machine in the daemon container at the same path, so that inner containers can bind-mount the folder, or what
     * is in it, under the path that this program uses.
     *
     * @param folder a folder that exists; what is in it is not copied
     * @return this builder
     * @throws IllegalArgumentException if the folder does not exist, or the daemon container needs its own folder at that path
     */
    public NestedDockerBuilder share(Path folder) {
        storage = storage.folder(folder, false);
        return this;
    }

    /**
     * Mounts a folder as {@link #share(Path)} does, but read-only: processes inside can't write to it, unless they have the rights to mount
     * it again for writing.
     *
     * @param folder a folder that exists
     * @return this builder
     * @throws IllegalArgumentException if the folder does not exist, or the daemon container needs its own folder at that path
     */
    public NestedDockerBuilder shareReadOnly(Path folder) {
        storage = storage.folder(folder, true);
        return this;
    }

    /**
     * Adds a host name and its address to {@code /etc/hosts} of the daemon container. The daemon can use this name, for example for pulls;
     * inner containers can't.
     *
     * @param name a host's name
     * @param address a numeric address, or {@code host-gateway} for the machine of the outer engine
     * @return this builder
     * @throws IllegalArgumentException if the name or the address is not valid
     */
    public NestedDockerBuilder extraHost(String name, String address) {
        network = network.extraHost(name, address);
        return this;
    }

    /**
     * Adds name servers for the daemon container, which inner containers use too. By default, the outer engine chooses them.
     *
     * @param addresses numeric addresses
     * @return this builder
     * @throws IllegalArgumentException if one of them is not a numeric address
     */
    public NestedDockerBuilder dns(String... addresses) {
        for (String address : Given.each(addresses, "a name server's address")) {
            network = network.dns(address);
        }
        return this;
    }

    /**
     * Sets the proxies through which the daemon reaches registries. The default is {@link Proxies#inherit()}.
     *
     * <p>The loopback addresses, the inner networks and the networks of all outer engines are reached without a proxy. Inner containers do
     * not get the proxies. With the default, if {@link #environment(String, String)} sets {@code HTTP_PROXY} or {@code HTTPS_PROXY}, the
     * daemon uses that variable and nothing is inherited.
     *
     * @param proxies the proxies
     * @return this builder
     */
    public NestedDockerBuilder proxies(Proxies proxies) {
        network = network.proxies(proxies);
        return this;
    }

    /**
     * Makes the daemon trust further certificate authorities for all its TLS connections, for example the authority of a proxy. Inner
     * containers are not affected.
     *
     * @param pemFile a file with one or more certificates in PEM form, which is read at once
     * @return this builder
     * @throws IllegalArgumentException if the file has no certificate or has a private key in it
     */
    public NestedDockerBuilder caCertificate(Path pemFile) {
        network = network.authority(pemFile);
        return this;
    }

    /**
     * Sets an environment variable of the daemon container, for example a proxy for pulls.
     *
     * @param name the variable's name
     * @param value the variable's value
     * @return this builder
     * @throws IllegalArgumentException if the name is empty or has {@code =} or white space in it, or the value has a NUL in it
     */
    public NestedDockerBuilder environment(String name, String value) {
        container = container.variable(name, value);
        return this;
    }

    /**
     * Sets a label of the daemon container.
     *
     * @param key the label's key, which does not begin with {@code io.nesteddocker}
     * @param value the label's value
     * @return this builder
     * @throws IllegalArgumentException if the key is blank or one of the library's own
     */
    public NestedDockerBuilder label(String key, String value) {
        container = container.label(key, value);
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
     * Sets where the inner engine keeps its data. The default is {@link DataRoot#anonymousVolume()}.
     *
     * @param dataRoot a place that is not an overlay file system
     * @return this builder
     */
    public NestedDockerBuilder dataRoot(DataRoot dataRoot) {
        storage = storage.dataRoot(Given.value(dataRoot, "the data root"));
        return this;
    }

    /**
     * Limits the memory of the daemon container together with all inner containers. By default, there is no limit.
     *
     * @param size a number with an optional unit {@code b}, {@code k}, {@code m} or {@code g}, at least 64 MiB
     * @return this builder
     * @throws IllegalArgumentException if that is not a size, or less than a daemon needs
     */
    public NestedDockerBuilder memory(String size) {
        container = container.memory(size);
        return this;
    }

    /**
     * Limits the processors of the daemon container together with all inner containers. By default, there is no limit.
     *
     * @param cpus a number from 0.01 to 10000, such as 1.5
     * @return this builder
     * @throws IllegalArgumentException if the number is out of range
     */
    public NestedDockerBuilder cpus(double cpus) {
        container = container.cpus(cpus);
        return this;
    }

    /**
     * Limits the processes and threads of the daemon container together with all inner containers. By default, there is no limit.
     *
     * @param pids at least 100, at most 4194304
     * @return this builder
     * @throws IllegalArgumentException if the number is less than a daemon needs, or more than Linux has
     */
    public NestedDockerBuilder pidsLimit(long pids) {
        container = container.pids(pids);
        return this;
    }

    /**
     * Connects the daemon container to an outer network. By default, it is connected to the outer engine's default bridge.
     *
     * @param network the name of an outer network that exists
     * @param aliases names of the daemon container on that network
     * @return this builder
     * @throws IllegalArgumentException if the name is blank, {@code none}, {@code host} or {@code container:NAME}, or an alias is not a DNS
     *     name
     */
    public NestedDockerBuilder network(String network, String... aliases) {
        this.network = this.network.join(network, Given.each(aliases, "an alias"));
        return this;
    }

    /**
     * Sets the name of the daemon container. The default is a fresh name that begins with {@code dind-}.
     *
     * @param name letters, digits, dots, dashes and underscores, 2 to 128, the first a letter or digit
     * @return this builder
     * @throws IllegalArgumentException if that cannot be a container's name
     */
    public NestedDockerBuilder name(String name) {
        container = container.name(name);
        return this;
    }

    /**
     * Sets the outer engine by a client, instead of looking for the engine. The library never closes the client.
     *
     * @param client a client of the outer engine, open for as long as the daemon is used
     * @return this builder
     */
    public NestedDockerBuilder outer(DockerClient client) {
        connection = connection.outer(Given.value(client, "the client of the outer engine"));
        return this;
    }

    /**
     * Sets the outer engine by its address, instead of looking for the engine.
     *
     * @param uri {@code unix:///...}, {@code npipe:////...}, {@code ssh://...} or {@code tcp://...}; {@code DOCKER_TLS_VERIFY} and
     *     {@code DOCKER_CERT_PATH} apply to the last of these
     * @return this builder
     * @throws IllegalArgumentException if the scheme is neither one of these nor http or https
     */
    public NestedDockerBuilder outer(URI uri) {
        connection = connection.outer(Given.value(uri, "the address of the outer engine"));
        return this;
    }

    /**
     * Sets the outer engine by a docker context, instead of looking for the engine. The context's certificates are used.
     *
     * @param name a name that {@code docker context ls} lists; {@code default} means the usual sockets
     * @return this builder
     * @throws IllegalArgumentException if the name is blank
     */
    public NestedDockerBuilder outerContext(String name) {
        connection = connection.outerContext(Given.value(name, "the docker context"));
        return this;
    }

    /**
     * Sets how long {@link #start()} may take, pulling or building the image included. The default is 2 minutes.
     *
     * <p>When the time is over, the library removes everything created so far, and {@code start()} throws {@link StartupException}, or
     * {@link NoOuterEngineException} if the outer engine has not answered at all.
     *
     * @param timeout a millisecond to a day
     * @return this builder
     * @throws IllegalArgumentException if the time is shorter or longer
     */
    public NestedDockerBuilder startupTimeout(Duration timeout) {
        lifecycle = lifecycle.startupTimeout(Given.value(timeout, "the startup timeout"));
        return this;
    }

    /**
     * Sets how long inner containers get to end by themselves when the daemon is closed. The default is 2 seconds.
     *
     * @param timeout zero to an hour; fractions of a second are dropped
     * @return this builder
     * @throws IllegalArgumentException if the time is negative or longer
     */
    public NestedDockerBuilder stopTimeout(Duration timeout) {
        lifecycle = lifecycle.stopTimeout(Given.value(timeout, "the stop timeout"));
        return this;
    }

    /**
     * Passes each line of the daemon's log to a consumer, on a thread of its own.
     *
     * <p>If the consumer throws, the first exception is logged and nothing else happens. If the consumer is slower than the daemon, up to
     * 10000 lines wait for it; further lines are left out, and one line in their place contains the number of lines that were left out.
     * {@link NestedDocker#close()}, and a start that fails, wait up to half a second for a consumer that is behind.
     *
     * @param consumer receives one line at a time, without the line's end
     * @return this builder
     */
    public NestedDockerBuilder logConsumer(Consumer<String> consumer) {
        lifecycle = lifecycle.logConsumer(Given.value(consumer, "the log consumer"));
        return this;
    }

    /**
     * Sets a listener for progress reports: of pulling or building the daemon image, and of bringing images into the daemon and out of it.
     *
     * @param listener receives one report at a time
     * @return this builder
     */
    public NestedDockerBuilder progress(ProgressListener listener) {
        lifecycle = lifecycle.progress(Given.value(listener, "the progress listener"));
        return this;
    }

    /**
     * Adds images of the outer engine that are inside when {@link #start()} returns. The outer engine first pulls those that it lacks.
     * Further calls add further images.
     *
     * <p>The images are not copied: the first start fills a seed with their layers, and later starts link to the seed. The time for that
     * grows with the number of layers, not with their size.
     *
     * <p>An image that you name by a tag has that name inside. Each image store computes digests and IDs itself, so an image that you name
     * {@code alpine@sha256:0123..} may have the name {@code alpine:sha256-0123..} inside, and an image that you name by its ID may have
     * another ID there; {@link Diagnostics#images()} contains such a name. A tag beside a digest is ignored, as in {@code docker pull}. If
     * you name an image several times, the daemon has it once, under all these names.
     *
     * @param references names such as {@code alpine:3.20} ({@code latest} without a tag), digests such as {@code alpine@sha256:0123..}, or
     *     image IDs
     * @return this builder
     * @throws IllegalArgumentException if a text is not an image reference
     * @see NestedDocker#imageCache()
     */
    public NestedDockerBuilder images(String... references) {
        for (String reference : Given.each(references, "the reference of an image")) {
            storage = storage.image(ImageSource.of(reference));
        }
        return this;
    }

    /**
     * Adds images that are inside when {@link #start()} returns. Further calls add further images.
     *
     * <p>Images of an archive are copied into each daemon; all others are linked as described at {@link #images(String...)}.
     *
     * @param sources where the images come from
     * @return this builder
     * @throws IllegalArgumentException if the name of an image is not an image reference
     */
    public NestedDockerBuilder images(ImageSource... sources) {
        for (ImageSource source : Given.each(sources, "an image source")) {
            storage = storage.image(source);
        }
        return this;
    }

    /**
     * Lets the daemon outlive the program: {@link NestedDocker#close()} leaves it running, {@link NestedDocker#attach(String)} finds it
     * again by its {@link #name(String)}, and {@link NestedDocker#remove()} ends it.
     *
     * @return this builder
     */
    public NestedDockerBuilder keepRunning() {
        lifecycle = lifecycle.kept();
        return this;
    }

    /**
     * Leaves the daemon for the next program, in the state after its start. If no program uses the daemon for an hour, it ends by itself.
     * This is the same as {@code reuse(name, Reuse.RESET, Duration.ofHours(1))}.
     *
     * @param name the name under which programs find the daemon, for example the name of a project
     * @return this builder
     * @throws IllegalArgumentException if the name is not valid
     * @see #reuse(String, Reuse, Duration)
     */
    public NestedDockerBuilder reuse(String name) {
        return reuse(name, Reuse.RESET);
    }

    /**
     * Leaves a daemon for the next program. If no program uses the daemon for an hour, it ends by itself.
     *
     * @param name the name under which programs find the daemon, for example the name of a project
     * @param condition the condition in which this program leaves the daemon
     * @return this builder
     * @throws IllegalArgumentException if the name is not valid
     * @see #reuse(String, Reuse, Duration)
     */
    public NestedDockerBuilder reuse(String name, Reuse condition) {
        return reuse(name, condition, Duration.ofHours(1));
    }

    /**
     * Leaves a daemon for the next program: {@link NestedDocker#close()} leaves a daemon running in the given condition, and the next
     * {@link #start()} with the same name and the same options, on the same outer engine, returns this daemon. The option is meant for
     * developers who run a program or its tests again and again.
     *
     * <p>One program at a time uses a daemon. If all daemons with the name are in use, {@code start()} starts another one. A program no
     * longer uses its daemon when it has called {@code close()} or has ended in any way. If no program uses a daemon for the given time,
     * the daemon ends by itself, and its container is removed. {@link NestedDocker#remove()} ends the daemon at once, and the spare daemon
     * if there is one. If an option has changed, the next program removes the daemon and starts another one; if only the content of an
     * image has changed, that program sends the image to the daemon again.
     *
     * <p>On CI nothing is left behind: if the environment variable {@code CI} has a value other than {@code false}, {@code 0}, {@code no}
     * or {@code off}, this option has no effect. The system property {@code nesteddocker.reuse} overrides this, with the value
     * {@code true} or {@code false}; if it is not set, the environment variable {@code NESTED_DOCKER_REUSE} does the same.
     *
     * @param name the name under which programs find the daemon: letters, digits, dots, dashes and underscores, at most 128
     * @param condition the condition in which this program leaves the daemon
     * @param timeToLive the time without a program after which the daemon ends, in whole seconds, from a second to 366 days
     * @return this builder
     * @throws IllegalArgumentException if the name or the time is not valid
     */
    public NestedDockerBuilder reuse(String name, Reuse condition, Duration timeToLive) {
        lifecycle = lifecycle.reused(new ReuseOptions(
                Given.value(name, "the name of a daemon that is reused"),
                Given.value(condition, "the condition in which a daemon is left"),
                Given.value(timeToLive, "the time to live")));
        return this;
    }

    /**
     * Sets how this program reaches the inner API and the ports of inner containers. The default is {@link ConnectionMode#AUTOMATIC}:
     * directly if that is possible, through a tunnel otherwise.
     *
     * <p>With {@link #port(int)} or {@link #insecurePort(int)}, the API is reached at that port in each mode.
     *
     * @param mode the mode
     * @return this builder
     */
    public NestedDockerBuilder connection(ConnectionMode mode) {
        connection = connection.mode(Given.value(mode, "the connection mode"));
        return this;
    }

    /**
     * Publishes the ports of inner containers on this machine, under the same numbers: a container that was started with
     * {@code -p 8080:80} answers at port 8080 of {@code localhost}, as with a Docker engine of this machine. This is the same as
     * {@code publishPorts(PortMapping.SAME)}.
     *
     * @return this builder
     * @see #publishPorts(PortMapping)
     */
    public NestedDockerBuilder publishPorts() {
        return publishPorts(PortMapping.SAME);
    }

    /**
     * Sets which ports of this machine lead to the ports that inner containers publish. The default is {@link PortMapping#NONE}.
     *
     * <p>A published TCP or UDP port answers at 127.0.0.1 and ::1 while its container runs, with each kind of connection and at any depth.
     * Programs on other machines can't reach the port. If a port can't be opened, the library logs a warning with the reason, for example
     * the name of the program that uses the port. In that case, {@link NestedDocker#publishedPorts()} contains the problem, and the
     * container is not affected. When {@link NestedDocker#client()} has started a container, the container's ports are open. If another
     * program has started the container, the library learns of it from the engine's events, and opens the ports some milliseconds later.
     *
     * <p>Only a handle from a builder with this option publishes ports; a handle from {@link NestedDocker#attach(String)} does not.
     *
     * <p>With {@link PortMapping#SAME}, if a container leaves the number to the inner engine ({@code -p 80}), the engine chooses a
     * number between 10000 and 19999. The first numbers that it chooses are free on this machine when the daemon starts.
     *
     * @param mapping which ports of this machine
     * @return this builder
     */
    public NestedDockerBuilder publishPorts(PortMapping mapping) {
        connection = connection.publish(Given.value(mapping, "the port mapping"), Optional.empty());
        return this;
    }

    /**
     * Does the same as {@link #publishPorts(PortMapping)}, and reports each port.
     *
     * @param mapping which ports of this machine
     * @param listener receives each port after it was published, or could not be. The library calls it from its own threads, or from the
     *     thread that starts the container, one call at a time. The listener must not wait for another container's port. If the listener
     *     throws, the exception is logged and has no other effect.
     * @return this builder
     */
    public NestedDockerBuilder publishPorts(PortMapping mapping, Consumer<PublishedPort> listener) {
        connection = connection.publish(
                Given.value(mapping, "the port mapping"),
                Optional.of(Given.value(listener, "the listener for published ports")));
        return this;
    }

    /**
     * Returns the options that have been set so far.
     *
     * @return an immutable copy of the options
     * @throws IllegalStateException if two options clash
     */
    public NestedDockerSpec spec() {
        if (kindsOfPort.size() > 1) {
            throw Clashes.between("port(..)", "insecurePort(..)", "keep one of the two");
        }
        Options options = new Options(container.fixed(), daemon, registries, network, storage, connection, lifecycle);
        Clashes.refuse(options);
        return new NestedDockerSpec(options);
    }

    /**
     * Starts the daemon and waits until its API has answered. The caller closes the returned handle.
     *
     * <p>The call blocks for at most {@link #startupTimeout(Duration)}, and then for as long as it takes to undo what was begun. An
     * interrupt ends it early with a {@link StartupException} and the thread's interrupt flag set. If the call throws, nothing is left
     * behind, unless the outer engine no longer answers; the message then says that something may be left.
     *
     * @return the running daemon
     * @throws IllegalStateException if two options clash
     * @throws NoOuterEngineException if there is no outer engine
     * @throws OuterEngineException if the outer engine cannot host the daemon as requested
     * @throws ImageTransferException if an image could not be brought inside
     * @throws StartupException if the daemon did not come up
     * @throws NestedDockerException if the Docker configuration of this user has no credentials for a registry that
     *     {@link #registryCredentials(String)} names, or no folder for the API's socket can be made
     */
    public NestedDocker start() {
        return NestedDocker.start(spec());
    }
}
