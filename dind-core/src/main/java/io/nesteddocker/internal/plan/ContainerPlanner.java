package io.nesteddocker.internal.plan;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.Privilege;
import io.nesteddocker.Road;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.plan.ContainerPlan.PublishedPort;
import io.nesteddocker.internal.plan.ContainerPlan.SharedFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a spec and facts about the outer engine into a container request, and does nothing else. */
public final class ContainerPlanner {

    /** The folder in the daemon container that holds the start script, the relay and the certificates. */
    public static final String FOLDER = "nested-docker";

    /** The start script's name in that folder. */
    public static final String SCRIPT = "dind-init.sh";

    /** The TLS port of the API in a daemon container. */
    public static final int ENCRYPTED_PORT = 2376;
    /** Its port for plain text. */
    public static final int PLAIN_PORT = 2375;

    private ContainerPlanner() {}

    /**
     * Plans a daemon container.
     *
     * @param name the container's name
     * @param ownLabels the library's labels, which win over the user's
     * @param privilege what to ask for, which is the spec's wish or less
     * @param sharedFolder the folder that this program and the container share, where there can be one
     * @param seed the image layers to link to, where there are some
     * @param archiveBytes the size of the archive that the container starts from
     */
    public static ContainerPlan plan(
            NestedDockerSpec spec,
            OuterFacts facts,
            String name,
            Map<String, String> ownLabels,
            Privilege privilege,
            Optional<SharedFolder> sharedFolder,
            Optional<SeedMount> seed,
            int archiveBytes) {
        Optional<PublishedPort> port = publishedPort(spec, facts);
        List<String> command = new ArrayList<>(List.of("dockerd"));
        command.addAll(DaemonFlags.of(spec, facts, port, sharedFolder));
        Map<String, String> labels = new LinkedHashMap<>(spec.labels());
        labels.putAll(ownLabels);
        return new ContainerPlan(
                name,
                spec.image().reference(),
                entrypoint(!spec.keepRunning(), archiveBytes),
                command,
                environment(spec, seed),
                labels,
                privilege,
                facts.support().remapsUsers() && privilege.kind() == Privilege.Kind.PRIVILEGED,
                spec.dataRoot(),
                ownLabels,
                spec.surroundings(),
                sharedFolder,
                seed,
                port,
                spec.limits(),
                spec.network(),
                spec.networkAliases(),
                !spec.keepRunning(),
                facts.speaks("1.41"));
    }

    /** On a remote engine the port is open to all who have the certificate, because its loopback address can't be reached. */
    public static Optional<PublishedPort> publishedPort(NestedDockerSpec spec, OuterFacts facts) {
        return spec.apiPort()
                .map(asked -> new PublishedPort(
                        asked.encrypted() ? ENCRYPTED_PORT : PLAIN_PORT,
                        facts.ports().boundTo(),
                        asked.number(),
                        asked.encrypted()));
    }

    /** Whether the program goes through the relay in the container, there being neither a port nor a socket for it. */
    public static boolean tunnels(NestedDockerSpec spec, boolean sharesFolder) {
        return spec.apiPort().isEmpty() && (!sharesFolder || spec.road() == Road.TUNNEL);
    }

    /** A leased container reads the archive from its standard input; in a kept one it lies ready. */
    private static List<String> entrypoint(boolean leased, int archiveBytes) {
        String script = "/" + FOLDER + "/" + SCRIPT;
        return leased
                ? List.of(
                        "/bin/sh",
                        "-c",
                        "head -c " + archiveBytes + " | tar -xf - -C / && exec /bin/sh " + script + " \"$@\"",
                        "dind-init")
                : List.of("/bin/sh", script);
    }

    private static List<String> environment(NestedDockerSpec spec, Optional<SeedMount> seed) {
        // What the image says to the start script is for people without Java; here the options speak.
        List<String> variables = new ArrayList<>(List.of("PORT=", "LOG=", "DOCKER_DAEMON_ARGS="));
        spec.environment().forEach((name, value) -> variables.add(name + "=" + value));
        variables.add("DIND_STOP_TIMEOUT=" + spec.stopTimeout().toSeconds());
        if (!spec.keepRunning()) {
            variables.add("DIND_LEASE=stdin");
        }
        seed.ifPresent(mount -> variables.add("DIND_SEED=" + mount.path()));
        return variables;
    }
}
