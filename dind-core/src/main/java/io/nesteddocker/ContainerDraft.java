package io.nesteddocker;

import io.nesteddocker.NestedDockerSpec.Limits;
import io.nesteddocker.internal.ByteSize;
import io.nesteddocker.internal.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The options of a builder for the daemon container as the outer engine sees it; checks and collects their values. */
final class ContainerDraft {

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final int LONGEST_NAME = 128;
    private static final int MOST_PIDS = 1 << 22;

    /** An alias is a DNS name on the container's network, and a name in the certificate of the API. */
    private static final Pattern ALIAS = Pattern.compile(
            "[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?" + "(\\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?)*");

    private static final int LONGEST_ALIAS = 253;

    final Map<String, String> environment = new LinkedHashMap<>();
    final Map<String, String> labels = new LinkedHashMap<>();
    final List<String> networkAliases = new ArrayList<>();
    Limits limits = new Limits(0, 0, 0);
    String network = "";
    String name = "";

    ContainerDraft() {}

    ContainerDraft(NestedDockerSpec spec) {
        environment.putAll(spec.environment());
        labels.putAll(spec.labels());
        networkAliases.addAll(spec.networkAliases());
        limits = spec.limits();
        network = spec.network();
        name = spec.name();
    }

    void name(String given) {
        if (!NAME.matcher(Given.value(given, "the name of the daemon container"))
                        .matches()
                || given.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("Tried to name the daemon container \"" + given
                    + "\" but names are letters, digits, dots, dashes and underscores, at least two and at most "
                    + LONGEST_NAME
                    + "; give one such as ci-docker.");
        }
        name = given;
    }

    void variable(String variable, String value) {
        Given.variable(variable, value);
        environment.put(variable, value);
    }

    void label(String key, String value) {
        Given.value(key, "a label's key");
        if (key.isBlank() || key.startsWith("io.nesteddocker")) {
            throw new IllegalArgumentException(
                    "Tried to set the label \"" + key
                            + "\" but keys are not blank, and io.nesteddocker is the library's own prefix; use a prefix of your own.");
        }
        labels.put(key, Given.value(value, "the value of the label " + key));
    }

    void memory(String size) {
        long bytes = ByteSize.parse("memory size", Given.value(size, "the memory limit"));
        if (bytes < 64L << 20) {
            throw new IllegalArgumentException("Tried to limit the daemon container's memory to \"" + size
                    + "\" but dockerd and containerd alone need more; give at least 64m, or 256m for ordinary work.");
        }
        limits = new Limits(bytes, limits.cpus(), limits.pids());
    }

    void cpus(double cpus) {
        if (!(cpus >= 0.01 && cpus <= 10_000)) {
            throw new IllegalArgumentException("Tried to limit the daemon container to " + cpus
                    + " processors but the limit is a number from 0.01 up to 10000; give one such as 1.5.");
        }
        limits = new Limits(limits.memoryBytes(), cpus, limits.pids());
    }

    void pids(long pids) {
        if (pids < 100 || pids > MOST_PIDS) {
            throw new IllegalArgumentException("Tried to limit the daemon container to " + pids
                    + " processes and threads but dockerd and containerd alone need dozens, and no Linux has more than "
                    + MOST_PIDS
                    + "; give at least 100.");
        }
        limits = new Limits(limits.memoryBytes(), limits.cpus(), pids);
    }

    void network(String given, String... aliases) {
        Given.value(given, "the network");
        if (given.equals("host") || given.equals("none") || given.startsWith("container:")) {
            throw new IllegalArgumentException("Tried to join the outer network \"" + given
                    + "\" but a daemon needs a network of its own, and would change the host's bridges and packet filter rules;"
                    + " give the name of a network made with `docker network create`.");
        }
        if (given.isBlank()) {
            throw new IllegalArgumentException(
                    "Tried to join an outer network without a name; give the name of one that exists.");
        }
        for (String alias : aliases) {
            if (!ALIAS.matcher(Given.value(alias, "a network alias")).matches() || alias.length() > LONGEST_ALIAS) {
                throw new IllegalArgumentException(
                        "Tried to name the daemon container \"" + alias + "\" on the outer network " + given
                                + " but that is not a DNS name; use letters, digits, dashes and dots, such as docker.internal.");
            }
        }
        network = given;
        networkAliases.clear();
        networkAliases.addAll(List.of(aliases));
    }
}
