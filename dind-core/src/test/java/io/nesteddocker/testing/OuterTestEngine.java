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
 * The outer engine as the tests look at it: the one that the library finds, through a client that no test closes.
 *
 * <p>What a JVM left there is found by the owner's label. A kept daemon has no owner, so tests that make one label it with {@link #MARK}
 * and {@link #thisJvm()}.
 */
public final class OuterTestEngine {

    /** The label on kept daemons of tests; its value is the process number of the JVM that is to remove them. */
    public static final String MARK = "nested-docker-test.jvm";

    private static final OuterConnection CONNECTION =
            OuterDiscovery.ofThisProcess().connect(Options.defaults(), new Cancellation());

    private static final String KIND_VARIABLE = "NESTED_DOCKER_TEST_OUTER";
    private static final String UNREACHABLE = "cgroup-v2-private-network";

    private OuterTestEngine() {}

    /** The client; don't close it. */
    public static DockerClient client() {
        return CONNECTION.client();
    }

    /** Where it answers, as {@code DOCKER_HOST} says it. */
    public static String address() {
        return CONNECTION.description().replaceFirst(" .*", "");
    }

    /** The value of {@link #MARK} for what this JVM has to remove. */
    public static String thisJvm() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    /** Whether this program reaches the ports that the outer engine publishes. */
    public static boolean publishesReachablePorts() {
        return !UNREACHABLE.equals(System.getenv(KIND_VARIABLE));
    }

    /** Skips a test that needs published ports where there are none that this program reaches. */
    public static void assumePublishedPortsAreReachable() {
        Assumptions.assumeThat(System.getenv(KIND_VARIABLE))
                .as(
                        "%s, which says %s where the outer engine has a network namespace of its own, so that this program can't"
                                + " reach the ports that it publishes",
                        KIND_VARIABLE, UNREACHABLE)
                .isNotEqualTo(UNREACHABLE);
    }

    /** Skips a test of ports that this program does not reach where it reaches them. */
    public static void assumePublishedPortsAreUnreachable() {
        Assumptions.assumeThat(System.getenv(KIND_VARIABLE))
                .as(
                        "%s, which says %s where this program can't reach the ports that the outer engine publishes",
                        KIND_VARIABLE, UNREACHABLE)
                .isEqualTo(UNREACHABLE);
    }

    /** Whether this program and a daemon container can share a folder. */
    public static boolean sharesFolder() {
        return SharedFolder.REFUSAL.isEmpty();
    }

    /** Skips a test that needs a folder which this program and a daemon container share; a program in a container has none. */
    public static void assumeSharedFolder() {
        Assumptions.assumeThat(SharedFolder.REFUSAL)
                .as("what a start with connection(ConnectionMode.DIRECT) throws here")
                .isEmpty();
    }

    /** Whether this program's loopback address is the outer engine's. */
    public static boolean loopbackIsTheEngines() {
        return PlainPort.REFUSAL.isEmpty();
    }

    /** Skips a test that needs the outer engine's loopback address; a program in a container with only the socket has another. */
    public static void assumeLoopbackIsTheEngines() {
        Assumptions.assumeThat(PlainPort.REFUSAL)
                .as("what a start with insecurePort(0) throws here")
                .isEmpty();
    }

    /** How a container is; empty where there is none. */
    public static Optional<InspectContainerResponse> inspect(String idOrName) {
        try {
            return Optional.of(client().inspectContainerCmd(idOrName).exec());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    /** Whether there is a container, running or not. */
    public static boolean hasContainer(String idOrName) {
        return inspect(idOrName).isPresent();
    }

    /** The names of the volumes that a container has mounted, the anonymous ones too. */
    public static List<String> volumesOf(String idOrName) {
        return inspect(idOrName).orElseThrow().getMounts().stream()
                .map(InspectContainerResponse.Mount::getName)
                .filter(name -> name != null && !name.isEmpty())
                .toList();
    }

    /** Whether there is an image. */
    public static boolean hasImage(String reference) {
        try {
            client().inspectImageCmd(reference).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** The image that daemons are made from without a word about it. */
    public static String daemonImage() {
        return DaemonImage.defaultImage().reference();
    }

    /** Whether there is a volume. */
    public static boolean hasVolume(String name) {
        try {
            client().inspectVolumeCmd(name).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Removes a container with its anonymous volumes, where there is one. */
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

    /** Removes a volume, where there is one. */
    public static void removeVolume(String name) {
        try {
            client().removeVolumeCmd(name).exec();
        } catch (NotFoundException e) {
            return;
        }
    }

    /**
     * Everything that the library made for the JVM of that number and that is still there: containers, volumes and networks of the outer
     * engine, and files. For this JVM itself, the session folder as such is no leftover, because it goes with the JVM.
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

    /** The private folders of the JVM of that number, whose names tell it; there is one at most, unless the library is broken. */
    public static List<Path> sessionFoldersOf(long pid) {
        Pattern name = Pattern.compile("nested-docker-[0-9a-f]+-" + pid + "-[0-9a-z]+-[0-9a-f]+");
        return children(Path.of(System.getProperty("java.io.tmpdir"))).stream()
                .filter(folder -> name.matcher(folder.getFileName().toString()).matches())
                .toList();
    }

    /** Asked once, when a test first needs it. */
    private static final class SharedFolder {

        private static final String REFUSAL = refusal(NestedDocker.builder().connection(ConnectionMode.DIRECT));
    }

    /** Asked once, when a test first needs it. */
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
