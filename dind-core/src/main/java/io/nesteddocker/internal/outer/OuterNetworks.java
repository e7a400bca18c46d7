package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network;
import io.nesteddocker.internal.Ipv4Network;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The outer engine's networks. Thread-safe. */
public final class OuterNetworks {

    /** The networks that an engine has from its start. Containers on them find each other only by address, or not at all. */
    private static final Set<String> BUILT_IN = Set.of("bridge", "host", "none", "nat", "podman");

    /** The form of the IDs that {@code docker network ls} prints. */
    private static final Pattern SHORT_ID = Pattern.compile("[0-9a-f]{12}");

    private final DockerClient client;

    OuterNetworks(DockerClient client) {
        this.client = client;
    }

    /**
     * A network.
     *
     * @param id its ID
     * @param name its name
     * @param hasNames whether containers on it find each other by their names
     * @param ranges its ranges of IPv4 addresses
     */
    public record NetworkFacts(String id, String name, boolean hasNames, List<Ipv4Network> ranges) {

        static NetworkFacts of(Network network) {
            return new NetworkFacts(
                    network.getId(), network.getName(), !BUILT_IN.contains(network.getName()), rangesOf(network));
        }
    }

    /** Returns the network with an ID, or all networks with a name, because several networks may have the same name. */
    public List<NetworkFacts> find(String idOrName) {
        List<Network> all = client.listNetworksCmd().exec();
        List<Network> found =
                all.stream().filter(network -> network.getId().equals(idOrName)).toList();
        if (found.isEmpty()) {
            found = all.stream()
                    .filter(network -> network.getName().equals(idOrName))
                    .toList();
        }
        if (found.isEmpty() && SHORT_ID.matcher(idOrName).matches()) {
            found = all.stream()
                    .filter(network -> network.getId().startsWith(idOrName))
                    .toList();
        }
        return found.stream().map(NetworkFacts::of).toList();
    }

    /** Returns the names of a container on a network, or empty if the container is not connected to it. */
    public Optional<Set<String>> namesOf(String containerId, String networkId) {
        InspectContainerResponse container =
                client.inspectContainerCmd(containerId).exec();
        Map<String, ContainerNetwork> networks = container.getNetworkSettings().getNetworks();
        return networks.values().stream()
                .filter(network -> networkId.equals(network.getNetworkID()))
                .findFirst()
                .map(network -> {
                    Set<String> names =
                            new HashSet<>(Objects.requireNonNullElse(network.getAliases(), List.<String>of()));
                    names.add(container.getName().replaceFirst("^/", ""));
                    return names;
                });
    }

    /** Connects a container to a network, with one more name for the container there. */
    public void connect(String containerId, String networkId, String alias) {
        client.connectToNetworkCmd()
                .withNetworkId(networkId)
                .withContainerId(containerId)
                .withContainerNetwork(new ContainerNetwork().withAliases(alias))
                .exec();
    }

    /** Disconnects a container from a network. */
    public void disconnect(String containerId, String networkId) {
        client.disconnectFromNetworkCmd()
                .withNetworkId(networkId)
                .withContainerId(containerId)
                .exec();
    }

    /** Returns the IPv4 ranges of a network of any engine. */
    public static List<Ipv4Network> rangesOf(Network network) {
        if (network.getIpam() == null || network.getIpam().getConfig() == null) {
            return List.of();
        }
        return network.getIpam().getConfig().stream()
                .map(Network.Ipam.Config::getSubnet)
                .filter(Objects::nonNull)
                .flatMap(subnet -> Ipv4Network.find(subnet).stream())
                .toList();
    }
}
