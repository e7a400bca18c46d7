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
 * @param onDaemonsNetwork whether it uses the daemon container's network instead of one of its own
 * @param address its IPv4 address on a network that the daemon container can reach, or the empty string
 * @param ipv6Address its IPv6 address there, or the empty string
 * @param exposedPorts the TCP ports that it exposes, in order
 */
record Target(
        String id,
        long pid,
        String status,
        boolean onDaemonsNetwork,
        String address,
        String ipv6Address,
        List<Integer> exposedPorts) {

    private static final String OF_CONTAINER = "container:";

    static Optional<Target> find(DockerClient engine, String idOrName) {
        try {
            InspectContainerResponse found =
                    engine.inspectContainerCmd(idOrName).exec();
            InspectContainerResponse network = networkOf(engine, found);
            var state = found.getState();
            ExposedPort[] exposed = Objects.requireNonNullElse(found.getConfig().getExposedPorts(), new ExposedPort[0]);
            return Optional.of(new Target(
                    found.getId(),
                    state.getPidLong() == null ? 0 : state.getPidLong(),
                    Objects.requireNonNullElse(state.getStatus(), "unknown"),
                    "host".equals(network.getHostConfig().getNetworkMode()),
                    address(network, ContainerNetwork::getIpAddress),
                    address(network, ContainerNetwork::getGlobalIPv6Address),
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

    private static InspectContainerResponse networkOf(DockerClient engine, InspectContainerResponse container) {
        String mode = Objects.requireNonNullElse(container.getHostConfig().getNetworkMode(), "");
        return mode.startsWith(OF_CONTAINER)
                ? engine.inspectContainerCmd(mode.substring(OF_CONTAINER.length()))
                        .exec()
                : container;
    }

    private static String address(
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
