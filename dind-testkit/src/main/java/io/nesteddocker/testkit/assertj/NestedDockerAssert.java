package io.nesteddocker.testkit.assertj;

import com.github.dockerjava.api.command.ListVolumesResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Image;
import com.github.dockerjava.api.model.Network;
import io.nesteddocker.NestedDocker;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about the containers, images, networks and volumes of a daemon. Each assertion asks the daemon when it is called. If it fails,
 * its message lists what the daemon has.
 *
 * <p>A container is identified by its name, its ID, or a prefix of its ID of at least 12 characters. An image is identified by its name as
 * {@code docker images} shows it, by a name with a digest, or by its full ID; a name without a tag means the tag {@code latest}. Not
 * thread-safe.
 */
public final class NestedDockerAssert extends AbstractAssert<NestedDockerAssert, NestedDocker> {

    /** The networks that an engine creates by itself; the last two belong to a swarm. */
    private static final Set<String> ALWAYS_THERE = Set.of("bridge", "host", "none", "ingress", "docker_gwbridge");

    NestedDockerAssert(NestedDocker actual) {
        super(actual, NestedDockerAssert.class);
    }

    /**
     * Asserts that a container is running.
     *
     * @param nameOrId the container's name or ID
     * @return these assertions
     */
    public NestedDockerAssert hasRunningContainer(String nameOrId) {
        List<Container> all = containers();
        if (all.stream().noneMatch(one -> isCalled(one, nameOrId) && isRunning(one))) {
            fail("a running container \"" + nameOrId + "\"", "containers", summaries(all));
        }
        return this;
    }

    /**
     * Asserts that a container exists, running or not.
     *
     * @param nameOrId the container's name or ID
     * @return these assertions
     */
    public NestedDockerAssert hasContainer(String nameOrId) {
        List<Container> all = containers();
        if (all.stream().noneMatch(one -> isCalled(one, nameOrId))) {
            fail("a container \"" + nameOrId + "\"", "containers", summaries(all));
        }
        return this;
    }

    /**
     * Asserts that no such container exists, running or not.
     *
     * @param nameOrId the container's name or ID
     * @return these assertions
     */
    public NestedDockerAssert doesNotHaveContainer(String nameOrId) {
        List<Container> all = containers();
        if (all.stream().anyMatch(one -> isCalled(one, nameOrId))) {
            fail("no container \"" + nameOrId + "\"", "containers", summaries(all));
        }
        return this;
    }

    /**
     * Asserts that there are no containers, running or not.
     *
     * @return these assertions
     */
    public NestedDockerAssert hasNoContainers() {
        List<Container> all = containers();
        if (!all.isEmpty()) {
            fail("no containers", "containers", summaries(all));
        }
        return this;
    }

    /**
     * Asserts that no container is running.
     *
     * @return these assertions
     */
    public NestedDockerAssert hasNoRunningContainers() {
        List<Container> all = containers();
        if (all.stream().anyMatch(NestedDockerAssert::isRunning)) {
            fail("no running containers", "containers", summaries(all));
        }
        return this;
    }

    /**
     * Asserts that the daemon has an image.
     *
     * @param reference a name such as {@code alpine:3.20}, or an ID
     * @return these assertions
     */
    public NestedDockerAssert hasImage(String reference) {
        List<Image> all = images();
        if (all.stream().noneMatch(one -> isCalled(one, reference))) {
            fail("an image \"" + reference + "\"", "images", imageWords(all));
        }
        return this;
    }

    /**
     * Asserts that the daemon does not have an image.
     *
     * @param reference a name such as {@code alpine:3.20}, or an ID
     * @return these assertions
     */
    public NestedDockerAssert doesNotHaveImage(String reference) {
        List<Image> all = images();
        if (all.stream().anyMatch(one -> isCalled(one, reference))) {
            fail("no image \"" + reference + "\"", "images", imageWords(all));
        }
        return this;
    }

    /**
     * Asserts that there are no images.
     *
     * @return these assertions
     */
    public NestedDockerAssert hasNoImages() {
        List<Image> all = images();
        if (!all.isEmpty()) {
            fail("no images", "images", imageWords(all));
        }
        return this;
    }

    /**
     * Asserts that the daemon has a network.
     *
     * @param name the network's name
     * @return these assertions
     */
    public NestedDockerAssert hasNetwork(String name) {
        Set<String> all = networks();
        if (!all.contains(name)) {
            fail("a network \"" + name + "\"", "networks", all);
        }
        return this;
    }

    /**
     * Asserts that there are no networks except those that the engine creates by itself.
     *
     * @return these assertions
     */
    public NestedDockerAssert hasNoNetworksOfItsUsers() {
        Set<String> all = networks();
        if (!ALWAYS_THERE.containsAll(all)) {
            fail("no networks but the engine's own", "networks", all);
        }
        return this;
    }

    /**
     * Asserts that the daemon has a volume.
     *
     * @param name the volume's name
     * @return these assertions
     */
    public NestedDockerAssert hasVolume(String name) {
        Set<String> all = volumes();
        if (!all.contains(name)) {
            fail("a volume \"" + name + "\"", "volumes", all);
        }
        return this;
    }

    /**
     * Asserts that there are no volumes.
     *
     * @return these assertions
     */
    public NestedDockerAssert hasNoVolumes() {
        Set<String> all = volumes();
        if (!all.isEmpty()) {
            fail("no volumes", "volumes", all);
        }
        return this;
    }

    private void fail(String expected, String kind, Collection<String> there) {
        failWithMessage(
                "%nExpecting the nested daemon %s to have%n  %s%nbut it has these %s:%n  %s",
                actual.name(),
                expected,
                kind,
                there.isEmpty() ? "(none)" : String.join(System.lineSeparator() + "  ", there));
    }

    private List<Container> containers() {
        isNotNull();
        return actual.client().listContainersCmd().withShowAll(true).exec();
    }

    private List<Image> images() {
        isNotNull();
        return actual.client().listImagesCmd().exec();
    }

    private Set<String> networks() {
        isNotNull();
        return actual.client().listNetworksCmd().exec().stream()
                .map(Network::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> volumes() {
        isNotNull();
        ListVolumesResponse answer = actual.client().listVolumesCmd().exec();
        return answer.getVolumes() == null
                ? Set.of()
                : answer.getVolumes().stream()
                        .map(volume -> volume.getName())
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isCalled(Container container, String nameOrId) {
        return container.getId().equals(nameOrId)
                || (nameOrId.length() >= 12 && container.getId().startsWith(nameOrId))
                || names(container).anyMatch(nameOrId::equals);
    }

    private static boolean isRunning(Container container) {
        return "running".equals(container.getState());
    }

    private static Stream<String> names(Container container) {
        return container.getNames() == null
                ? Stream.of()
                : Arrays.stream(container.getNames()).map(name -> name.replaceFirst("^/", ""));
    }

    private static List<String> summaries(List<Container> containers) {
        return containers.stream()
                .map(one ->
                        names(one).collect(Collectors.joining(", ")) + " (" + one.getImage() + "): " + one.getStatus())
                .sorted()
                .toList();
    }

    private static boolean isCalled(Image image, String reference) {
        String tagged = reference.matches(".*(:[^/]+|@.*)") ? reference : reference + ":latest";
        return image.getId().equals(reference)
                || (image.getRepoTags() != null
                        && Arrays.asList(image.getRepoTags()).contains(tagged))
                || (image.getRepoDigests() != null
                        && Arrays.asList(image.getRepoDigests()).contains(reference));
    }

    private static List<String> imageWords(List<Image> images) {
        return images.stream()
                .map(one -> one.getRepoTags() == null || one.getRepoTags().length == 0
                        ? one.getId()
                        : String.join(", ", one.getRepoTags()))
                .sorted()
                .toList();
    }
}
