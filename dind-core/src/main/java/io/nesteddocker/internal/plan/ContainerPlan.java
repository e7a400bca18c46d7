package io.nesteddocker.internal.plan;

import io.nesteddocker.DataRoot;
import io.nesteddocker.NestedDockerSpec.Limits;
import io.nesteddocker.Privilege;
import io.nesteddocker.Surroundings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is asked of the outer engine for one daemon container.
 *
 * @param name the container's name
 * @param image the daemon image's reference
 * @param entrypoint the program that runs as the container's first process
 * @param command its arguments: {@code dockerd} and its flags
 * @param environment variables as {@code NAME=value}
 * @param labels the container's labels
 * @param privilege what is asked for, after falling back where that was needed
 * @param remapsUsers whether to leave the outer engine's user namespace, which privileged containers have to
 * @param dataRoot what is mounted under {@code /var/lib/docker}
 * @param dataRootLabels labels for a volume that is made for the data root
 * @param surroundings what the container gets of the world around it
 * @param sharedFolder the folder that this program and the container share
 * @param seed the image layers that the data root is linked to
 * @param publishedPort the API's TCP port
 * @param limits the most that the container may use
 * @param network the outer network, or the empty string
 * @param networkAliases the container's names on it
 * @param leased whether the container ends with this program
 * @param privateCgroups whether to ask for a cgroup namespace of its own
 */
public record ContainerPlan(
        String name,
        String image,
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        Map<String, String> labels,
        Privilege privilege,
        boolean remapsUsers,
        DataRoot dataRoot,
        Map<String, String> dataRootLabels,
        Surroundings surroundings,
        Optional<SharedFolder> sharedFolder,
        Optional<SeedMount> seed,
        Optional<PublishedPort> publishedPort,
        Limits limits,
        String network,
        List<String> networkAliases,
        boolean leased,
        boolean privateCgroups) {

    /** Where the shared folder is mounted in the daemon container. */
    public static final String SHARED_MOUNT = "/nested-docker/shared";

    /** The name of the socket in that folder. */
    public static final String SOCKET_NAME = "docker.sock";

    /**
     * A folder that this program and a daemon container share.
     *
     * @param here its path for this program
     * @param there its path for the outer engine, which is another one where that engine runs in a daemon container
     * @param group the group, as a number, that may open the sockets in it
     */
    public record SharedFolder(Path here, String there, String group) {}

    /** Where the inner engine keeps its data. */
    public static final String DATA_ROOT_MOUNT = "/var/lib/docker";

    /**
     * A TCP port of the daemon container that the outer engine publishes.
     *
     * @param containerPort the port inside
     * @param hostAddress the outer host's address that it is bound to
     * @param hostPort the port outside, or 0 for any free one
     * @param encrypted whether it speaks TLS
     */
    public record PublishedPort(int containerPort, String hostAddress, int hostPort, boolean encrypted) {}
}
