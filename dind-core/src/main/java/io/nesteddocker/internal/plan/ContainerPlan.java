package io.nesteddocker.internal.plan;

import io.nesteddocker.Privilege;
import io.nesteddocker.internal.NetworkName;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.options.Options;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that is asked of the outer engine for one daemon container.
 *
 * @param name the container's name
 * @param options what the user asked for; image, limits, networks, data root and folders are taken from here
 * @param program what runs in the container
 * @param rights what the container may do
 * @param labels all labels of the container
 * @param mounts what is mounted in the container besides the user's folders
 * @param apiBinding the API's TCP port
 */
public record ContainerPlan(
        String name,
        Options options,
        Program program,
        Rights rights,
        Map<String, String> labels,
        Mounts mounts,
        Optional<ApiBinding> apiBinding) {

    /** Where the folder with the API's socket is mounted in the daemon container. */
    public static final String SHARED_MOUNT = "/nested-docker/shared";

    /** The name of the socket in that folder. */
    public static final String SOCKET_NAME = "docker.sock";

    /** The name of the socket at which a program holds a daemon that is reused. */
    public static final String HOLD_NAME = "hold.sock";

    /** Where the inner engine keeps its data. */
    public static final String DATA_ROOT_MOUNT = "/var/lib/docker";

    /**
     * The container's first process.
     *
     * @param entrypoint the program
     * @param arguments its arguments: {@code dockerd} and its flags
     * @param environment variables as {@code NAME=value}
     */
    public record Program(List<String> entrypoint, List<String> arguments, List<String> environment) {}

    /**
     * What the container may do.
     *
     * @param privilege what is asked for, which is the user's wish or less
     * @param remapsUsers whether to leave the outer engine's user namespace, as privileged containers must
     * @param privateCgroups whether to ask for a cgroup namespace of its own
     * @param grantedBy which engine is asked
     */
    public record Rights(Privilege privilege, boolean remapsUsers, boolean privateCgroups, OuterFacts.Kind grantedBy) {}

    /**
     * What is mounted in the container besides the user's folders.
     *
     * @param socketFolder the folder that this program and the container share
     * @param seed the image layers that the data root is linked to
     * @param dataRootLabels labels for a volume that is made for the data root
     */
    public record Mounts(
            Optional<SocketFolder> socketFolder, Optional<SeedMount> seed, Map<String, String> dataRootLabels) {}

    /**
     * A folder that this program and a daemon container share, for the API's socket.
     *
     * @param here its path for this program
     * @param there its path for the outer engine, which is another one if that engine runs in a daemon container
     * @param group the group, as a number, that may open the sockets in it
     */
    public record SocketFolder(Path here, String there, String group) {}

    /**
     * A TCP port of the daemon container that the outer engine publishes.
     *
     * @param containerPort the port inside
     * @param hostAddress the outer host's address that it is bound to
     * @param hostPort the port outside, or 0 for any free one
     * @param encrypted whether it speaks TLS
     */
    public record ApiBinding(int containerPort, String hostAddress, int hostPort, boolean encrypted) {}

    /** The names of the container on its network, besides its own. */
    public List<String> aliases() {
        String nameInCertificate = NetworkName.of(name);
        if (!options.connection().servesTls()
                || nameInCertificate.equals(name)
                || options.network().namesDefault()) {
            return options.network().aliases();
        }
        return Stream.concat(options.network().aliases().stream(), Stream.of(nameInCertificate))
                .toList();
    }

    /** Whether the container ends with this program. */
    public boolean leased() {
        return options.lifecycle().leased();
    }

    /** Whether the outer engine removes the container when it has ended. */
    public boolean removedAtItsEnd() {
        return !options.lifecycle().keepRunning();
    }

    /** The path in the container of the socket at which a program holds the daemon. */
    public static String holdSocket(boolean inSharedFolder) {
        return (inSharedFolder ? SHARED_MOUNT : "/" + ContainerPlanner.FOLDER) + "/" + HOLD_NAME;
    }
}
