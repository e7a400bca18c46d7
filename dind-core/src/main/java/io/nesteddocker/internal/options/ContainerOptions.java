package io.nesteddocker.internal.options;

import io.nesteddocker.DaemonImage;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.ByteSize;
import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.registry.ImageReference;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The options for the daemon container as the outer engine sees it.
 *
 * @param name the container's name, or the empty string for a generated name
 * @param chosenImage the daemon image, or none for the default
 * @param privilege the rights that the container asks for
 * @param privilegeRequired whether a start fails if the outer engine can't grant these rights
 * @param environment the container's variables
 * @param labels the container's labels, besides the library's own
 * @param limits the limits of the container's resources
 */
public record ContainerOptions(
        String name,
        Optional<DaemonImage> chosenImage,
        Privilege privilege,
        boolean privilegeRequired,
        Map<String, String> environment,
        Map<String, String> labels,
        Limits limits) {

    static final ContainerOptions DEFAULTS = new ContainerOptions(
            "", Optional.empty(), Privilege.leastPrivilege(), false, Map.of(), Map.of(), new Limits(0, 0, 0));

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final int LONGEST_NAME = 128;
    private static final int MOST_PIDS = 1 << 22;

    /** Returns the daemon image. */
    public DaemonImage image() {
        return chosenImage.orElseGet(DaemonImage::defaultImage);
    }

    /** Returns the same options with another image. */
    public ContainerOptions image(DaemonImage image) {
        ImageReference.problemOf(image.reference()).ifPresent(problem -> {
            throw new IllegalArgumentException("Tried to use the daemon image \"" + image
                    + "\" but that is not an image reference, because " + problem
                    + "; give one such as docker:29-dind.");
        });
        return new ContainerOptions(
                name, Optional.of(image), privilege, privilegeRequired, environment, labels, limits);
    }

    /** Returns the same options with the current default image, if no image was chosen. */
    public ContainerOptions fixed() {
        return image(image());
    }

    /** Returns the same options with other rights. */
    public ContainerOptions privilege(Privilege wanted, boolean required) {
        return new ContainerOptions(name, chosenImage, wanted, required, environment, labels, limits);
    }

    /** Returns the same options with another name. */
    public ContainerOptions name(String given) {
        if (!NAME.matcher(Given.value(given, "the name of the daemon container"))
                        .matches()
                || given.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "Tried to name the daemon container \"" + given
                            + "\" but a name consists of at least two and at most "
                            + LONGEST_NAME
                            + " letters, digits, dots, dashes and underscores, and begins with a letter or digit; give one such as ci-docker.");
        }
        return new ContainerOptions(given, chosenImage, privilege, privilegeRequired, environment, labels, limits);
    }

    /** Returns the same options with one more variable. */
    public ContainerOptions variable(String variable, String value) {
        Given.variable(variable, value);
        return new ContainerOptions(
                name,
                chosenImage,
                privilege,
                privilegeRequired,
                Copies.plus(environment, variable, value),
                labels,
                limits);
    }

    /** Returns the same options with one more label. */
    public ContainerOptions label(String key, String value) {
        Given.value(key, "a label's key");
        if (key.isBlank() || key.startsWith("io.nesteddocker")) {
            throw new IllegalArgumentException(
                    "Tried to set the label \"" + key
                            + "\" but a key can't be blank, and io.nesteddocker is the library's own prefix; use a prefix of your own.");
        }
        return new ContainerOptions(
                name,
                chosenImage,
                privilege,
                privilegeRequired,
                environment,
                Copies.plus(labels, key, Given.value(value, "the value of the label " + key)),
                limits);
    }

    /** Returns the same options with a limit on memory. */
    public ContainerOptions memory(String size) {
        long bytes = ByteSize.parse("memory size", Given.value(size, "the memory limit"));
        if (bytes < 64L << 20) {
            throw new IllegalArgumentException("Tried to limit the daemon container's memory to \"" + size
                    + "\" but dockerd and containerd alone need more; give at least 64m, or 256m for ordinary work.");
        }
        return limits(new Limits(bytes, limits.cpus(), limits.pids()));
    }

    /** Returns the same options with a limit on processors. */
    public ContainerOptions cpus(double cpus) {
        if (!(cpus >= 0.01 && cpus <= 10_000)) {
            throw new IllegalArgumentException("Tried to limit the daemon container to " + cpus
                    + " processors but the limit must be a number from 0.01 up to 10000; give one such as 1.5.");
        }
        return limits(new Limits(limits.memoryBytes(), cpus, limits.pids()));
    }

    /** Returns the same options with a limit on processes. */
    public ContainerOptions pids(long pids) {
        if (pids < 100 || pids > MOST_PIDS) {
            throw new IllegalArgumentException("Tried to limit the daemon container to " + pids
                    + " processes and threads but dockerd and containerd alone need dozens, and no Linux has more than "
                    + MOST_PIDS
                    + "; give at least 100.");
        }
        return limits(new Limits(limits.memoryBytes(), limits.cpus(), pids));
    }

    private ContainerOptions limits(Limits changed) {
        return new ContainerOptions(name, chosenImage, privilege, privilegeRequired, environment, labels, changed);
    }

    /** Returns the options that determine what a daemon can do, without its name, labels and limits. */
    ContainerOptions ofTheSameKind() {
        return new ContainerOptions(
                "", chosenImage, privilege, privilegeRequired, environment, Map.of(), DEFAULTS.limits);
    }

    @Override
    public String toString() {
        return "image=" + image() + ", privilege=" + privilege + (privilegeRequired ? " (required)" : "")
                + (name.isEmpty() ? "" : ", name=" + name)
                + (environment.isEmpty() ? "" : ", environment=" + environment.keySet())
                + (labels.isEmpty() ? "" : ", labels=" + labels.keySet())
                + (limits.equals(DEFAULTS.limits) ? "" : ", " + limits);
    }
}
