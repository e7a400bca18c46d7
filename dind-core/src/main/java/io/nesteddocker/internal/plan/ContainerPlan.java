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
 * The complete request to the outer engine for one daemon container.
 *
 * @param name the container's name
 * @param options the user's options, which contain the image, limits, networks, data root and folders
 * @param program the container's first process
 * @param rights the container's rights
 * @param labels all labels of the container
 * @param mounts the container's mounts besides the user's folders
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

    /** The path in the daemon container at which the session folder with the API's socket is mounted. */
    public static final String SESSION_MOUNT = "/nested-docker/shared";

    /** The name of the socket in that folder. */
    public static final String SOCKET_NAME = "docker.sock";

    /** The name of the socket through which a program holds a reused daemon. */
    public static final String HOLD_NAME = "hold.sock";

    /** The path of the inner engine's data root. */
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
     * The container's rights.
     *
     * @param privilege the privilege to request, which is the user's choice or less
     * @param remapsUsers whether the container must leave the outer engine's user namespace, as privileged containers must
     * @param privateCgroups whether to request a private cgroup namespace
     * @param grantedBy the kind of the outer engine
     */
    public record Rights(Privilege privilege, boolean remapsUsers, boolean privateCgroups, OuterFacts.Kind grantedBy) {}

    /**
     * The container's mounts besides the user's folders.
     *
     * @param socketFolder the folder that this program and the container share
     * @param seed the image layers to which the data root is linked
     * @param dataRootLabels labels for a volume that is created for the data root
     */
    public record Mounts(
            Optional<SocketFolder> socketFolder, Optional<SeedMount> seed, Map<String, String> dataRootLabels) {}

    /**
     * A folder that this program and a daemon container share, for the API's socket.
     *
     * @param here its path for this program
     * @param there its path for the outer engine, which differs if that engine runs in a daemon container
     * @param group the number of the group that may open the sockets in it
     */
    public record SocketFolder(Path here, String there, String group) {}

    /**
     * A TCP port of the daemon container that the outer engine publishes.
     *
     * @param containerPort the port in the container
     * @param hostAddress the outer host's address to which it is bound
     * @param hostPort the port on the outer host, or 0 for any free port
     * @param encrypted whether it requires TLS
     */
    public record ApiBinding(int containerPort, String hostAddress, int hostPort, boolean encrypted) {}

    /** Returns the names of the container on its network, in addition to the container's name. */
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

    /** Returns whether the container ends with this program. */
    public boolean leased() {
        return options.lifecycle().leased();
    }

    /** Returns whether the outer engine removes the container when it has ended. */
    public boolean removedAtItsEnd() {
        return !options.lifecycle().keepRunning();
    }

    /** Returns the path in the container of the socket through which a program holds the daemon. */
    public static String holdSocket(boolean inSessionFolder) {
        return (inSessionFolder ? SESSION_MOUNT : "/" + ContainerPlanner.FOLDER) + "/" + HOLD_NAME;
    }
}
