package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterConnection;
import io.nesteddocker.internal.outer.OuterDiscovery;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;

/**
 * The outer engine that the library finds, for tests. All tests share one client.
 *
 * <p>The leftovers of a JVM are found by the owner's label. A kept daemon has no owner, so tests that start one label it with {@link #MARK}
 * and {@link #thisJvm()}.
 */
public final class OuterTestEngine {

    /** The label on kept daemons and other objects of tests; its value is the process ID of the JVM that must remove them. */
    public static final String MARK = "nested-docker-test.jvm";

    private static final OuterConnection CONNECTION =
            OuterDiscovery.ofThisProcess().connect(Options.defaults(), new Cancellation());

    private static final String KIND_VARIABLE = "NESTED_DOCKER_TEST_OUTER";
    private static final String UNREACHABLE = "cgroup-v2-private-network";

    private OuterTestEngine() {}

    /** Returns the client, which tests must not close. */
    public static DockerClient client() {
        return CONNECTION.client();
    }

    /** Returns the address of the engine in the form of {@code DOCKER_HOST}. */
    public static String address() {
        return CONNECTION.description().replaceFirst(" .*", "");
    }

    /** Returns the value of {@link #MARK} for objects that this JVM must remove. */
    public static String thisJvm() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    /** Returns whether this program can connect to ports that the outer engine publishes. */
    public static boolean publishesReachablePorts() {
        return !UNREACHABLE.equals(System.getenv(KIND_VARIABLE));
    }

    /** Skips a test that needs published ports if this program can't connect to them. */
    public static void assumePublishedPortsAreReachable() {
        Assumptions.assumeThat(System.getenv(KIND_VARIABLE))
                .as(
                        "%s, which says %s where the outer engine has a network namespace of its own, so that this program can't"
                                + " reach the ports that it publishes",
                        KIND_VARIABLE, UNREACHABLE)
                .isNotEqualTo(UNREACHABLE);
    }

    /** Skips a test of published ports that are out of reach if this program can connect to them. */
    public static void assumePublishedPortsAreUnreachable() {
        Assumptions.assumeThat(System.getenv(KIND_VARIABLE))
                .as(
                        "%s, which says %s where this program can't reach the ports that the outer engine publishes",
                        KIND_VARIABLE, UNREACHABLE)
                .isEqualTo(UNREACHABLE);
    }

    /** Returns whether this program and a daemon container can share a folder. */
    public static boolean sharesFolder() {
        return SharedFolder.REFUSAL.isEmpty();
    }

    /** Skips a test that needs a shared folder if there can be none, as for a program in a container. */
    public static void assumeSharedFolder() {
        Assumptions.assumeThat(SharedFolder.REFUSAL)
                .as("what a start with connection(ConnectionMode.DIRECT) throws here")
                .isEmpty();
    }

    /** Returns whether this program and the outer engine have the same loopback interface. */
    public static boolean loopbackIsTheEngines() {
        return PlainPort.REFUSAL.isEmpty();
    }

    /** Skips a test that needs the outer engine's loopback interface if this program has another one, as in a container. */
    public static void assumeLoopbackIsTheEngines() {
        Assumptions.assumeThat(PlainPort.REFUSAL)
                .as("what a start with insecurePort(0) throws here")
                .isEmpty();
    }

    /** Returns the description of a container, or an empty result if it does not exist. */
    public static Optional<InspectContainerResponse> inspect(String idOrName) {
        try {
            return Optional.of(client().inspectContainerCmd(idOrName).exec());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** Returns whether a container exists, running or not. */
    public static boolean hasContainer(String idOrName) {
        return inspect(idOrName).isPresent();
    }

    /** Returns the names of the volumes that a container has mounted, including anonymous ones. */
    public static List<String> volumesOf(String idOrName) {
        return inspect(idOrName).orElseThrow().getMounts().stream()
                .map(InspectContainerResponse.Mount::getName)
                .filter(name -> name != null && !name.isEmpty())
                .toList();
    }

    /** Returns whether an image exists. */
    public static boolean hasImage(String reference) {
        try {
            client().inspectImageCmd(reference).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Returns the default daemon image. */
    public static String daemonImage() {
        return DaemonImage.defaultImage().reference();
    }

    /** Returns whether a volume exists. */
    public static boolean hasVolume(String name) {
        try {
            client().inspectVolumeCmd(name).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Removes a container with its anonymous volumes, if it exists. */
    public static void removeContainer(String idOrName) {
        try {
            client().removeContainerCmd(idOrName)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        } catch (NotFoundException e) {
            return;
        }
    }

    /** Removes a volume, if it exists. */
    public static void removeVolume(String name) {
        try {
            client().removeVolumeCmd(name).exec();
        } catch (NotFoundException e) {
            return;
        }
    }

    /**
     * Returns all that the library has created for the JVM with that process ID and that still exists: containers, volumes and networks of
     * the outer engine, and files. For this JVM, the session folder itself does not count, because it is deleted when the JVM ends.
     */
    public static Set<String> leftoversOf(long pid) {
        Set<String> found = new TreeSet<>();
        client().listContainersCmd().withShowAll(true).exec().stream()
                .filter(container -> isOf(pid, container.getLabels()))
                .forEach(container ->
                        found.add("container " + container.getNames()[0] + " (" + container.getState() + ")"));
        Optional.ofNullable(client().listVolumesCmd().exec().getVolumes()).orElse(List.of()).stream()
                .filter(volume -> isOf(pid, volume.getLabels()))
                .forEach(volume -> found.add("volume " + volume.getName()));
        client().listNetworksCmd().exec().stream()
                .filter(network -> isOf(pid, network.getLabels()))
                .forEach(network -> found.add("network " + network.getName()));
        boolean own = pid == ProcessHandle.current().pid();
        for (Path folder : sessionFoldersOf(pid)) {
            if (own) {
                children(folder).forEach(child -> found.add("file " + child));
            } else {
                found.add("file " + folder);
            }
        }
        return found;
    }

    /** Returns the session folders whose names contain the process ID of a JVM; unless the library is wrong, there is at most one. */
    public static List<Path> sessionFoldersOf(long pid) {
        Pattern name = Pattern.compile("nested-docker-[0-9a-f]+-" + pid + "-[0-9a-z]+-[0-9a-f]+");
        return children(Path.of(System.getProperty("java.io.tmpdir"))).stream()
                .filter(folder -> name.matcher(folder.getFileName().toString()).matches())
                .toList();
    }

    /** Tries once, when a test first needs it, whether a folder can be shared. */
    private static final class SharedFolder {

        private static final String REFUSAL = refusal(NestedDocker.builder().connection(ConnectionMode.DIRECT));
    }

    /** Tries once, when a test first needs it, whether an insecure port can be used. */
    private static final class PlainPort {

        private static final String REFUSAL = refusal(NestedDocker.builder().insecurePort(0));
    }

    private static String refusal(NestedDockerBuilder builder) {
        try (NestedDocker docker = builder.start()) {
            return "";
        } catch (OuterEngineException e) {
            return e.getMessage();
        }
    }

    private static boolean isOf(long pid, Map<String, String> labels) {
        return labels != null
                && (String.valueOf(pid).equals(labels.get(MARK))
                        || isOwner(pid, labels.getOrDefault(Labels.OWNER, "")));
    }

    private static boolean isOwner(long pid, String text) {
        return Owner.parse(text)
                .filter(owner -> owner.pid() == pid
                        && owner.machine().equals(Owner.thisProgram().machine()))
                .isPresent();
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return new ArrayList<>(children.toList());
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
