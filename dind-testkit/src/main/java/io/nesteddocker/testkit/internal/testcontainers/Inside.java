package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.InternetProtocol;
import com.github.dockerjava.api.model.NetworkSettings;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.dockerclient.TransportConfig;

/** A nested daemon as Testcontainers sees it: with the outer engine's images, and with mapped ports on this machine. Thread-safe. */
final class Inside implements Side {

    /** The result of {@code getHost()}, in every thread. */
    static final String HOST = "localhost";

    private static final Logger LOG = LoggerFactory.getLogger(Inside.class);

    private final NestedDocker docker;
    private final ImageMemory memory;
    private final Map<String, MappedPorts> ports = new ConcurrentHashMap<>();
    private int users;
    private volatile boolean ended;

    Inside(NestedDocker docker, ImageMemory memory) {
        this.docker = docker;
        this.memory = memory;
    }

    /** Counts one more user. The caller holds the lock that guards the count. */
    void enter() {
        users++;
    }

    /** Counts one user less, and returns whether that was the last. The caller holds the same lock. */
    boolean leave() {
        return --users == 0;
    }

    /** Marks the daemon as no longer used, and closes the mapped ports on this machine. */
    void end() {
        ended = true;
        ports.values().forEach(MappedPorts::close);
    }

    @Override
    public DockerClient client() {
        return docker.client();
    }

    @Override
    public NestedDockerBuilder nest() {
        return docker.nest();
    }

    @Override
    public String host() {
        return HOST;
    }

    @Override
    public TransportConfig transport() {
        return TransportConfig.builder()
                .dockerHost(docker.endpoint().dockerHost())
                .build();
    }

    @Override
    public Info info() {
        return docker.client().infoCmd().exec();
    }

    @Override
    public boolean isOpen() {
        return !ended;
    }

    /** Returns whether the daemon has a container. A daemon that was closed in the meantime has none. */
    @Override
    public boolean has(String containerId) {
        try {
            return Side.super.has(containerId);
        } catch (IllegalStateException e) {
            LOG.debug("{} can't be asked for a container", docker.name(), e);
            return false;
        }
    }

    @Override
    public void beforeCreate(String image) {
        memory.forget(image);
        if (lacks(image)) {
            bringIn(image);
        }
    }

    /** Brings the image inside if it is missing. If the outer engine can't provide it, Testcontainers then pulls it inside. */
    @Override
    public void beforeInspect(String image) {
        if (lacks(image)) {
            try {
                bringIn(image);
            } catch (ImageTransferException e) {
                LOG.info(
                        "Testcontainers pulls the image {} inside, because the outer engine can't provide it: {}",
                        image,
                        e.getMessage());
            }
        }
    }

    @Override
    public void beforeRemove(String containerId) {
        MappedPorts mapped = ports.remove(containerId);
        if (mapped != null) {
            mapped.close();
        }
    }

    private boolean lacks(String image) {
        try {
            docker.client().inspectImageCmd(image).exec();
            return false;
        } catch (NotFoundException e) {
            return true;
        }
    }

    private void bringIn(String image) {
        docker.load(ImageSource.of(image));
        LOG.debug("{} has the image {} now", docker.name(), image);
    }

    /**
     * Replaces the published TCP ports in the inner engine's description of a container by ports of this machine that lead to them. It also
     * replaces a fixed port in the container's request, because Testcontainers waits until that port of a Compose service answers at
     * {@link #HOST}.
     */
    InspectContainerResponse withMappedPorts(InspectContainerResponse container) {
        NetworkSettings network = container.getNetworkSettings();
        if (network == null
                || network.getPorts() == null
                || container.getState() == null
                || !Boolean.TRUE.equals(container.getState().getRunning())) {
            return container;
        }
        network.getPorts()
                .getBindings()
                .replaceAll((port, bindings) -> bindings == null || port.getProtocol() != InternetProtocol.TCP
                        ? bindings
                        : mapped(container.getId(), port, bindings));
        HostConfig requested = container.getHostConfig();
        if (requested != null && requested.getPortBindings() != null) {
            Map<ExposedPort, Ports.Binding[]> mapped = network.getPorts().getBindings();
            requested
                    .getPortBindings()
                    .getBindings()
                    .replaceAll((port, bindings) ->
                            isFixed(bindings) && mapped.get(port) != null ? mapped.get(port) : bindings);
        }
        return container;
    }

    /** Returns whether a request for a published port has a fixed number. Otherwise the engine chooses the number. */
    private static boolean isFixed(Ports.Binding @Nullable [] bindings) {
        return bindings != null
                && Stream.of(bindings)
                        .map(Ports.Binding::getHostPortSpec)
                        .anyMatch(number -> number != null && !number.isEmpty() && !number.equals("0"));
    }

    private Ports.Binding[] mapped(String containerId, ExposedPort port, Ports.Binding[] bindings) {
        try {
            int here = ports.computeIfAbsent(containerId, id -> new MappedPorts(docker, id))
                    .of(port.getPort());
            return new Ports.Binding[] {Ports.Binding.bindIpAndPort(MappedPorts.ADDRESS, here)};
        } catch (NestedDockerException e) {
            LOG.debug("Port {} of {} can't be mapped, most likely because it has just ended", port, containerId, e);
            return bindings;
        }
    }
}
