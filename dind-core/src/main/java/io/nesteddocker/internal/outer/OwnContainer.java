package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Info;
import io.nesteddocker.internal.OuterPorts;
import io.nesteddocker.internal.http.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container in which this program runs, if an engine has it.
 *
 * <p>An engine mounts {@code /etc/hostname}, {@code /etc/hosts} and {@code /etc/resolv.conf} into each container from a folder whose name
 * is the container's ID. The kernel's table of mounts shows that folder in both versions of cgroups and under any host name.
 */
final class OwnContainer {

    private static final Logger LOG = LoggerFactory.getLogger(OwnContainer.class);

    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Pattern IDENTITY =
            Pattern.compile("/([0-9a-f]{64})/(?:hostname|hosts|resolv\\.conf) /etc/(?:hostname|hosts|resolv\\.conf) ");
    private static final String OF_CONTAINER = "container:";

    private OwnContainer() {}

    /**
     * Returns the way in which this program reaches ports of the engine: through the gateway of its container's network, if the engine has
     * such a container.
     */
    static OuterPorts portsOf(DockerClient engine, Info info) {
        try {
            return identity()
                    .flatMap(id -> find(engine, id))
                    .map(container -> ports(engine, container, info))
                    .orElse(OuterPorts.LOOPBACK);
        } catch (RuntimeException e) {
            // A proxy in front of the engine may forbid this request, and only ports depend on the answer.
            LOG.debug("The engine returns nothing about the container that this program runs in: {}", Reason.of(e));
            return OuterPorts.LOOPBACK;
        }
    }

    private static Optional<String> identity() {
        try {
            return identity(Files.readAllLines(MOUNTS));
        } catch (IOException e) {
            LOG.debug("No table of mounts tells whether this program runs in a container: {}", e.toString());
            return Optional.empty();
        }
    }

    /** Finds the container's ID in a table of mounts. */
    static Optional<String> identity(List<String> mounts) {
        return mounts.stream()
                .map(IDENTITY::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst();
    }

    /** Finds the container that has the addresses: a container can share the network of another one. */
    private static Optional<InspectContainerResponse> find(DockerClient engine, String id) {
        try {
            InspectContainerResponse container = engine.inspectContainerCmd(id).exec();
            String mode = Objects.requireNonNullElse(container.getHostConfig().getNetworkMode(), "");
            return mode.startsWith(OF_CONTAINER)
                    ? find(engine, mode.substring(OF_CONTAINER.length()))
                    : Optional.of(container);
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private static OuterPorts ports(DockerClient engine, InspectContainerResponse container, Info info) {
        if ("host".equals(container.getHostConfig().getNetworkMode())) {
            return OuterPorts.LOOPBACK;
        }
        if (keepsPortsElsewhere(info)) {
            return OuterPorts.UNREACHABLE;
        }
        return container.getNetworkSettings().getNetworks().values().stream()
                .filter(network ->
                        network.getGateway() != null && !network.getGateway().isEmpty())
                .filter(network -> isBridge(engine, network))
                .findFirst()
                .map(ContainerNetwork::getGateway)
                .map(OuterPorts::throughGateway)
                .orElse(OuterPorts.UNREACHABLE);
    }

    /** Returns whether the network is a bridge. The gateway of any other kind of network is not an address of the engine's machine. */
    private static boolean isBridge(DockerClient engine, ContainerNetwork network) {
        return "bridge"
                .equals(engine.inspectNetworkCmd()
                        .withNetworkId(network.getNetworkID())
                        .exec()
                        .getDriver());
    }

    /** Returns whether the engine is Docker Desktop or rootless, because these open ports outside the network that has the gateway. */
    private static boolean keepsPortsElsewhere(Info info) {
        return Objects.requireNonNullElse(info.getOperatingSystem(), "").startsWith("Docker Desktop")
                || Objects.requireNonNullElse(info.getSecurityOptions(), List.<String>of()).stream()
                        .anyMatch(option -> option.startsWith("name=rootless"));
    }
}
