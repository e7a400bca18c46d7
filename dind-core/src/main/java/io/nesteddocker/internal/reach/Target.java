package io.nesteddocker.internal.reach;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An inner container, with the facts that are needed to reach a port of it.
 *
 * @param id its ID
 * @param pid the process ID of its first process in the daemon container, or 0 if it does not run
 * @param status {@code running}, {@code exited} and so on
 * @param network the network that it uses
 * @param exposedPorts the TCP ports that it exposes, in order
 */
record Target(String id, long pid, String status, Network network, List<Integer> exposedPorts) {

    private static final String OF_CONTAINER = "container:";

    /**
     * The network of a container.
     *
     * @param owner the ID of the container that the network was made for; another container may use it, too
     * @param ofDaemon whether it is the daemon container's network
     * @param address the owner's IPv4 address on a network that the daemon container can reach, or the empty string
     * @param ipv6Address the owner's IPv6 address there, or the empty string
     */
    record Network(String owner, boolean ofDaemon, String address, String ipv6Address) {

        private static Network of(InspectContainerResponse owner) {
            return new Network(
                    owner.getId(),
                    "host".equals(owner.getHostConfig().getNetworkMode()),
                    addressIn(owner, ContainerNetwork::getIpAddress),
                    addressIn(owner, ContainerNetwork::getGlobalIPv6Address));
        }
    }

    static Optional<Target> find(DockerClient engine, String idOrName) {
        try {
            InspectContainerResponse found =
                    engine.inspectContainerCmd(idOrName).exec();
            var state = found.getState();
            ExposedPort[] exposed = Objects.requireNonNullElse(found.getConfig().getExposedPorts(), new ExposedPort[0]);
            return Optional.of(new Target(
                    found.getId(),
                    state.getPidLong() == null ? 0 : state.getPidLong(),
                    Objects.requireNonNullElse(state.getStatus(), "unknown"),
                    networkOf(engine, found),
                    Arrays.stream(exposed)
                            .filter(port -> port.getProtocol() == InternetProtocol.TCP)
                            .map(ExposedPort::getPort)
                            .sorted()
                            .toList()));
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    boolean isRunning() {
        return pid > 0;
    }

    boolean isPaused() {
        return status.equals("paused");
    }

    /** Returns whether the engine is about to start the container again, because of its restart policy. */
    boolean isRestarting() {
        return status.equals("restarting");
    }

    /**
     * Returns whether this container uses the network of another one. If the other container was restarted, it has a new network, and this
     * container still uses the old one.
     */
    boolean usesNetworkOfAnother() {
        return !network.owner().equals(id);
    }

    private static Network networkOf(DockerClient engine, InspectContainerResponse container) {
        String mode = Objects.requireNonNullElse(container.getHostConfig().getNetworkMode(), "");
        if (!mode.startsWith(OF_CONTAINER)) {
            return Network.of(container);
        }
        String owner = mode.substring(OF_CONTAINER.length());
        try {
            return Network.of(engine.inspectContainerCmd(owner).exec());
        } catch (NotFoundException e) {
            // The network lasts until the last container that uses it ends, but has no address any more.
            return new Network(owner, false, "", "");
        }
    }

    private static String addressIn(
            InspectContainerResponse container, Function<ContainerNetwork, @Nullable String> kind) {
        Map<String, ContainerNetwork> networks = container.getNetworkSettings().getNetworks();
        return networks == null
                ? ""
                : networks.values().stream()
                        .map(kind)
                        .filter(address -> address != null && !address.isEmpty())
                        .findFirst()
                        .orElse("");
    }
}
