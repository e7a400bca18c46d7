package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Ipv4Network;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.OuterFacts.ContainerSupport;
import io.nesteddocker.internal.OuterFacts.Kind;
import io.nesteddocker.internal.OuterFacts.Nesting;
import io.nesteddocker.internal.OuterFacts.SharedFiles;
import io.nesteddocker.internal.OuterPorts;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.plan.EngineLabels;
import io.nesteddocker.internal.plan.SharedFolders;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The engine that hosts the daemon containers. Thread-safe. */
public final class OuterEngine implements Closeable {

    private final OuterConnection connection;
    private final OuterFacts facts;
    private final OuterContainers containers;
    private final OuterImages images;
    private final OuterVolumes volumes;
    private final OuterNetworks networks;
    private final OuterStorage storage;
    private final Info info;

    private OuterEngine(OuterConnection connection, EngineDescription answers, OuterFacts facts) {
        this.connection = connection;
        this.facts = facts;
        containers = new OuterContainers(connection.client());
        images = new OuterImages(connection.client());
        volumes = new OuterVolumes(connection.client());
        networks = new OuterNetworks(connection.client());
        storage = OuterStorage.of(answers.info());
        info = answers.info();
    }

    /** Finds the outer engine and asks it for its facts. */
    public static OuterEngine connect(Options options, Cancellation cancellation) {
        return ask(OuterDiscovery.ofThisProcess().connect(options, cancellation), cancellation);
    }

    private static OuterEngine ask(OuterConnection connection, Cancellation cancellation) {
        Cancellation.Registration registration = cancellation.onCancel(connection::close);
        try {
            // Both questions are asked at the same time, because an engine is slow to answer either.
            CompletableFuture<List<Ipv4Network>> networks =
                    CompletableFuture.supplyAsync(() -> networks(connection.client()));
            EngineDescription answers = EngineDescription.of(connection);
            return new OuterEngine(connection, answers, factsOf(connection, answers, networks.join()));
        } catch (RuntimeException e) {
            connection.close();
            String message = "Tried to ask the outer Docker engine at " + connection.description()
                    + " for its version and settings but that failed: " + Reason.of(e)
                    + ". Check that it runs, and that a client that was passed to outer(..) is still open.";
            throw Reason.isEnginesAnswer(e)
                    ? new OuterEngineException(message, e)
                    : new NoOuterEngineException(message, e);
        } finally {
            registration.close();
        }
    }

    /** Returns the facts that the engine has reported. */
    public OuterFacts facts() {
        return facts;
    }

    /** Returns the client of the engine's API, which {@link #close} closes. */
    public DockerClient client() {
        return connection.client();
    }

    /** Returns the place where the engine was found, for messages. */
    public String description() {
        return connection.description();
    }

    /** Returns the operations on its containers. */
    public OuterContainers containers() {
        return containers;
    }

    /** Returns the operations on its images. */
    public OuterImages images() {
        return images;
    }

    /** Returns the operations on its volumes. */
    public OuterVolumes volumes() {
        return volumes;
    }

    /** Returns the operations on its networks. */
    public OuterNetworks networks() {
        return networks;
    }

    /** Returns how the engine stores its own layers. */
    public OuterStorage storage() {
        return storage;
    }

    /** Returns the engine's own ID, or the place where it was found if it reports none. */
    public String id() {
        String id = text(info.getId());
        return id.isEmpty() ? description() : id;
    }

    /** Returns the name of the machine or container in which the engine runs. */
    public String hostName() {
        return text(info.getName());
    }

    /** Returns the engine's version, for example {@code 26.1.5}. */
    public String version() {
        return text(info.getServerVersion());
    }

    /** Returns the number of processors of the engine's machine, or 0 if unknown. */
    public int processors() {
        return Objects.requireNonNullElse(info.getNCPU(), 0);
    }

    /** Returns the bytes of memory of the engine's machine, or 0 if unknown. */
    public long memoryBytes() {
        return Objects.requireNonNullElse(info.getMemTotal(), 0L);
    }

    /** Returns whether the engine has a network with this name or ID. */
    public boolean hasNetwork(String name) {
        return connection.client().listNetworksCmd().exec().stream()
                .anyMatch(network ->
                        network.getName().equals(name) || network.getId().equals(name));
    }

    /** Closes the client, unless the user passed it in. */
    @Override
    public void close() {
        connection.close();
    }

    private static OuterFacts factsOf(
            OuterConnection connection, EngineDescription answers, List<Ipv4Network> networks) {
        Info info = answers.info();
        OuterPorts ports = connection.local()
                ? OwnContainer.portsOf(connection.client(), info)
                : OuterPorts.of(connection.address());
        Map<String, String> labels = labels(info);
        Set<Ipv4Network> taken = new LinkedHashSet<>(networks);
        Arrays.stream(labels.getOrDefault(EngineLabels.TAKEN_NETWORKS, "").split("\\+"))
                .flatMap(text -> Ipv4Network.find(text).stream())
                .forEach(taken::add);
        List<String> security = Objects.requireNonNullElse(info.getSecurityOptions(), List.of());
        boolean remapped = security.stream().anyMatch(option -> option.startsWith("name=userns"));
        return new OuterFacts(
                text(info.getId()),
                answers.apiVersion(),
                imageArchitecture(text(info.getArchitecture())),
                new ContainerSupport(
                        info.getRuntimes() == null
                                ? Set.of()
                                : Set.copyOf(info.getRuntimes().keySet()),
                        remapped,
                        kind(info, security)),
                new Nesting(depth(labels), List.copyOf(taken)),
                new SharedFiles(
                        depth(labels) == 0 && connection.local() && !remapped && isThisKernel(info),
                        sessionFolder(labels).filter(folder -> isThisKernel(info)),
                        SharedFolders.fromLabel(labels.getOrDefault(EngineLabels.SHARED_FOLDERS, ""))),
                ports);
    }

    /** Returns the kind of engine. Only Podman reports a version of Buildah, its builder. */
    private static Kind kind(Info info, List<String> security) {
        if (!info.getRawValues().containsKey("BuildahVersion")) {
            return Kind.DOCKER;
        }
        if (security.stream().noneMatch(option -> option.startsWith("name=rootless"))) {
            return Kind.PODMAN;
        }
        return "1".equals(info.getRawValues().get("CgroupVersion"))
                ? Kind.ROOTLESS_PODMAN_WITHOUT_CGROUPS
                : Kind.ROOTLESS_PODMAN;
    }

    private static Optional<Path> sessionFolder(Map<String, String> labels) {
        return Optional.ofNullable(labels.get(EngineLabels.SESSION_FOLDER))
                .map(Path::of)
                .filter(Files::isDirectory);
    }

    /**
     * Returns whether engine and program run on one kernel, because only then can a bind mount share a folder. Docker Desktop has its own
     * kernel.
     */
    private static boolean isThisKernel(Info info) {
        return "Linux".equals(System.getProperty("os.name"))
                && text(info.getKernelVersion()).equals(System.getProperty("os.version"))
                && !text(info.getOperatingSystem()).startsWith("Docker Desktop");
    }

    private static List<Ipv4Network> networks(DockerClient client) {
        return client.listNetworksCmd().exec().stream()
                .flatMap(network -> OuterNetworks.rangesOf(network).stream())
                // Newer engines return their networks in a different order each time.
                .sorted(Comparator.comparing(Ipv4Network::toString))
                .toList();
    }

    private static Map<String, String> labels(Info info) {
        String[] labels = info.getLabels();
        return labels == null
                ? Map.of()
                : Arrays.stream(labels)
                        .map(label -> label.split("=", 2))
                        .filter(pair -> pair.length == 2)
                        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (first, second) -> second));
    }

    private static int depth(Map<String, String> labels) {
        String depth = labels.getOrDefault(EngineLabels.DEPTH, "0");
        return depth.matches("\\d{1,4}") ? Integer.parseInt(depth) : 0;
    }

    /** Returns the name that images use for a processor; the kernel uses other names. */
    private static String imageArchitecture(String kernelName) {
        return switch (kernelName.toLowerCase(Locale.ROOT)) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            case "armv7l", "armv6l" -> "arm";
            case "i686", "i386" -> "386";
            default -> kernelName;
        };
    }

    private static String text(@Nullable String value) {
        return Objects.requireNonNullElse(value, "");
    }
}
