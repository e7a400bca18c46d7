package io.nesteddocker.internal.reach;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.Endpoint.PublishedPort.Protocol;
import io.nesteddocker.internal.OuterPorts;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A port of the daemon container that leads to a port of an inner container.
 *
 * @param protocol the port's protocol
 * @param containerPort the port of the inner container
 * @param daemonPort the port of the daemon container
 * @param address the address at which the daemon container itself reaches the port
 * @param everywhere whether the port is open on all IPv4 addresses of the daemon container
 */
record Binding(Protocol protocol, int containerPort, int daemonPort, String address, boolean everywhere) {

    private static final String ALL_IPV4 = "0.0.0.0";
    private static final String ALL_IPV6 = "::";

    /** Returns the ports that a container publishes, by number. A port that is open on several addresses occurs once. */
    static Collection<Binding> of(InspectContainerResponse container) {
        Ports ports = container.getNetworkSettings().getPorts();
        Map<List<Object>, Binding> bindings = new LinkedHashMap<>();
        (ports == null
                        ? Stream.<Binding>empty()
                        : ports.getBindings().entrySet().stream().flatMap(Binding::of))
                .sorted(Comparator.comparing(Binding::containerPort)
                        .thenComparing(Binding::everywhere, Comparator.reverseOrder())
                        .thenComparing(binding -> binding.address().contains(":"))
                        .thenComparing(Binding::daemonPort))
                .forEach(binding -> bindings.putIfAbsent(
                        List.of(binding.protocol(), binding.containerPort(), binding.daemonPort()), binding));
        return bindings.values();
    }

    /** Returns the bindings of one port. Docker can also publish SCTP ports, which Java does not support; they are omitted. */
    private static Stream<Binding> of(Map.Entry<ExposedPort, Ports.Binding @Nullable []> entry) {
        ExposedPort port = entry.getKey();
        if (port.getProtocol() == InternetProtocol.SCTP || entry.getValue() == null) {
            return Stream.empty();
        }
        Protocol protocol = port.getProtocol() == InternetProtocol.UDP ? Protocol.UDP : Protocol.TCP;
        return Arrays.stream(entry.getValue())
                .filter(binding -> binding.getHostPortSpec() != null
                        && !binding.getHostPortSpec().isEmpty())
                .map(binding -> of(protocol, port.getPort(), binding));
    }

    private static Binding of(Protocol protocol, int containerPort, Ports.Binding binding) {
        String ip = Objects.requireNonNullElse(binding.getHostIp(), "");
        boolean everywhere = ip.isEmpty() || ip.equals(ALL_IPV4);
        String address = everywhere ? OuterPorts.LOOPBACK_ADDRESS : ip.equals(ALL_IPV6) ? "::1" : ip;
        return new Binding(protocol, containerPort, Integer.parseInt(binding.getHostPortSpec()), address, everywhere);
    }
}
