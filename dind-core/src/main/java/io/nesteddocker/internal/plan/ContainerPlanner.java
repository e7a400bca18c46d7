package io.nesteddocker.internal.plan;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.options.DaemonOptions;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.plan.ContainerPlan.ApiBinding;
import io.nesteddocker.internal.plan.ContainerPlan.Mounts;
import io.nesteddocker.internal.plan.ContainerPlan.Program;
import io.nesteddocker.internal.plan.ContainerPlan.Rights;
import io.nesteddocker.internal.plan.ContainerPlan.SocketFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns options and facts about the outer engine into a container request, without side effects. */
public final class ContainerPlanner {

    /** The folder in the daemon container with the start script, the relay and the certificates. */
    public static final String FOLDER = "nested-docker";

    /** The start script's name in that folder. */
    public static final String SCRIPT = "dind-init.sh";

    /** The TLS port of the API in a daemon container. */
    public static final int ENCRYPTED_PORT = 2376;
    /** The plain-text port of the API in a daemon container. */
    public static final int PLAIN_PORT = 2375;

    private ContainerPlanner() {}

    /**
     * Plans a daemon container.
     *
     * @param name the container's name
     * @param ownLabels the library's labels, which take precedence over the user's
     * @param privilege the privilege to request, which is the user's choice or less
     * @param socketFolder the folder that this program and the container share, if there is one
     * @param seed the image layers to link to, if there are any
     * @param archiveBytes the size of the archive with which the container starts
     */
    public static ContainerPlan plan(
            Options options,
            OuterFacts facts,
            String name,
            Map<String, String> ownLabels,
            Privilege privilege,
            Optional<SocketFolder> socketFolder,
            Optional<SeedMount> seed,
            int archiveBytes) {
        Optional<ApiBinding> port = apiBinding(options, facts);
        List<String> command = new ArrayList<>(List.of("dockerd"));
        command.addAll(DaemonFlags.of(options, facts, port, socketFolder));
        Map<String, String> labels = new LinkedHashMap<>(options.container().labels());
        labels.putAll(ownLabels);
        return new ContainerPlan(
                name,
                options,
                new Program(
                        entrypoint(options.lifecycle().leased(), archiveBytes),
                        command,
                        environment(options, seed, socketFolder)),
                new Rights(
                        privilege,
                        facts.support().remapsUsers() && privilege.kind() == Privilege.Kind.PRIVILEGED,
                        facts.supportsApi("1.41"),
                        facts.support().kind()),
                labels,
                new Mounts(socketFolder, seed, ownLabels),
                port);
    }

    /**
     * Returns the binding of the API's port. A remote engine's loopback address can't be reached, so its port is open to everyone who has
     * the certificate.
     */
    public static Optional<ApiBinding> apiBinding(Options options, OuterFacts facts) {
        return options.connection()
                .apiPort()
                .map(asked -> new ApiBinding(
                        asked.encrypted() ? ENCRYPTED_PORT : PLAIN_PORT,
                        facts.ports().boundTo(),
                        asked.number(),
                        asked.encrypted()));
    }

    /** Returns whether the program uses the relay in the container, because it has neither a port nor a socket. */
    public static boolean tunnels(Options options, boolean sharesSessionFolder) {
        return options.connection().apiPort().isEmpty()
                && (!sharesSessionFolder || options.connection().mode() == ConnectionMode.TUNNEL);
    }

    /**
     * Returns the container's entrypoint. A leased container reads the archive from its standard input; in others, it is already unpacked.
     */
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

    private static List<String> environment(
            Options options, Optional<SeedMount> seed, Optional<SocketFolder> socketFolder) {
        // These variables of the image configure the start script for users without Java; here, the options replace
        // them.
        List<String> variables = new ArrayList<>(List.of("PORT=", "LOG=", "DOCKER_DAEMON_ARGS="));
        Map<String, String> given = new LinkedHashMap<>(options.container().environment());
        if (!options.daemon().minimumApiVersion().isEmpty()) {
            given.put(DaemonOptions.MINIMUM_API_VERSION, options.daemon().minimumApiVersion());
        }
        given.forEach((name, value) -> variables.add(name + "=" + value));
        variables.add("DIND_STOP_TIMEOUT=" + options.lifecycle().stopTimeout().toSeconds());
        if (options.lifecycle().leased()) {
            variables.add("DIND_LEASE=stdin");
        }
        options.lifecycle().reuse().ifPresent(reuse -> {
            variables.add("DIND_HOLD=" + ContainerPlan.holdSocket(socketFolder.isPresent()));
            variables.add("DIND_HOLD_SECONDS=" + reuse.timeToLive().toSeconds());
        });
        seed.ifPresent(mount -> variables.add("DIND_SEED=" + mount.path()));
        return variables;
    }
}
