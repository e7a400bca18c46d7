package io.nesteddocker.internal.reach;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.Endpoint.PublishedPort;
import io.nesteddocker.Endpoint.PublishedPort.Protocol;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Quietly;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the published ports of inner containers available on this machine's loopback addresses while the containers run. Thread-safe. */
public final class PortPublisher implements Closeable, ContainerWatch.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(PortPublisher.class);

    private final String daemonName;
    private final DockerClient engine;
    private final Addresses addresses;
    private final LocalPorts ports;
    private final Consumer<PublishedPort> listener;

    /** Held while the engine is asked, so that an older answer can't replace a newer one. */
    private final ReentrantLock asking = new ReentrantLock();

    private final Object lock = new Object();
    private final Map<String, Publication> publications = new HashMap<>();
    private boolean closed;

    /**
     * Creates a publisher that does not publish yet.
     *
     * @param daemonName the daemon container's name, for messages
     * @param addresses the connections into the daemon container
     * @param listener receives each port that was published or could not be published
     */
    public PortPublisher(
            String daemonName,
            DockerClient engine,
            Addresses addresses,
            PortMapping mapping,
            Optional<Consumer<PublishedPort>> listener) {
        this.daemonName = daemonName;
        this.engine = engine;
        this.addresses = addresses;
        ports = new LocalPorts(daemonName, addresses, mapping);
        this.listener = listener.orElse(port -> {});
    }

    /**
     * The ports of one container between a start and an end of it.
     *
     * @param start the time of the start, which distinguishes it from other starts
     */
    private record Publication(String id, String name, String start, List<LocalPort> ports) {

        boolean isWhole() {
            return ports.stream().allMatch(LocalPort::isOpen);
        }
    }

    /** A port, its destination, and the servers for it on this machine. */
    record LocalPort(PublishedPort port, Binding binding, Closeable servers) {

        boolean isOpen() {
            return port.address().isPresent();
        }
    }

    /** Publishes the ports of all running containers, and of containers that start later. */
    public void start(ContainerWatch watch) throws InterruptedException {
        watch.add(this);
        afterGap();
    }

    @Override
    public void started(String containerId) {
        refresh(containerId);
    }

    @Override
    public void ended(String containerId) {
        refresh(containerId);
    }

    @Override
    public void engineEnded() {
        close();
    }

    @Override
    public void afterGap() {
        try {
            List<String> running = engine.listContainersCmd().exec().stream()
                    .map(Container::getId)
                    .toList();
            List<String> known = publications().stream().map(Publication::id).toList();
            known.forEach(this::refresh);
            running.forEach(this::refresh);
        } catch (RuntimeException e) {
            LOG.debug("The containers of {} can't be listed: {}", daemonName, e.getMessage());
        }
    }

    /** Publishes the current ports of a container, and withdraws its earlier ones. A failure is only logged, at DEBUG. */
    public void refresh(String idOrName) {
        try {
            bringUpToDate(idOrName);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.debug("The ports of {} in {} are not known: {}", idOrName, daemonName, e.getMessage());
        }
    }

    private Optional<Publication> bringUpToDate(String idOrName) throws InterruptedException {
        asking.lockInterruptibly();
        try {
            Optional<InspectContainerResponse> found = find(idOrName);
            if (found.isEmpty()) {
                known(idOrName).ifPresent(this::withdraw);
                return Optional.empty();
            }
            String id = found.get().getId();
            // The name may have belonged to another container, which was removed.
            byName(idOrName).filter(other -> !other.equals(id)).ifPresent(this::withdrawIfEnded);
            Optional<Publication> known = publication(id);
            if (!isRunning(found.get())) {
                withdraw(id);
                return Optional.empty();
            }
            if (known.isPresent() && known.get().start().equals(startOf(found.get()))) {
                return known.get().isWhole()
                        ? known
                        : publish(found.get(), known.get().ports());
            }
            withdraw(id);
            return publish(found.get(), List.of());
        } finally {
            asking.unlock();
        }
    }

    private Optional<Publication> publication(String id) {
        synchronized (lock) {
            return Optional.ofNullable(publications.get(id));
        }
    }

    private List<Publication> publications() {
        synchronized (lock) {
            return List.copyOf(publications.values());
        }
    }

    private Optional<String> byName(String name) {
        return publications().stream()
                .filter(publication -> publication.name().equals(name))
                .map(Publication::id)
                .findFirst();
    }

    /** Returns the ID of the publishing container with this name, this ID, or an ID that begins like this. */
    private Optional<String> known(String idOrName) {
        Optional<String> exact = byName(idOrName).or(() -> publication(idOrName).map(Publication::id));
        List<String> similar = publications().stream()
                .map(Publication::id)
                .filter(id -> id.startsWith(idOrName))
                .toList();
        return exact.isPresent() || similar.size() != 1 ? exact : Optional.of(similar.get(0));
    }

    private void withdrawIfEnded(String id) {
        if (find(id).filter(PortPublisher::isRunning).isEmpty()) {
            withdraw(id);
        }
    }

    private Optional<InspectContainerResponse> find(String idOrName) {
        try {
            return Optional.of(engine.inspectContainerCmd(idOrName).exec());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private static boolean isRunning(InspectContainerResponse container) {
        return Boolean.TRUE.equals(container.getState().getRunning());
    }

    private static String startOf(InspectContainerResponse container) {
        return String.valueOf(container.getState().getStartedAt());
    }

    /** Opens the ports of a container that are not open yet. */
    private Optional<Publication> publish(InspectContainerResponse container, List<LocalPort> before) {
        String name = container.getName().replaceFirst("^/", "");
        List<LocalPort> opened = new ArrayList<>(before);
        if (before.isEmpty()) {
            Binding.of(container).forEach(binding -> opened.add(ports.open(container.getId(), name, binding)));
        }
        if (opened.stream().anyMatch(port -> !port.isOpen())) {
            // A container whose end has not been reported yet may hold such a port.
            publications().stream()
                    .map(Publication::id)
                    .filter(id -> !id.equals(container.getId()))
                    .forEach(this::withdrawIfEnded);
            opened.replaceAll(port -> port.isOpen() ? port : ports.open(container.getId(), name, port.binding()));
        }
        Publication fresh = new Publication(container.getId(), name, startOf(container), List.copyOf(opened));
        synchronized (lock) {
            if (closed) {
                opened.forEach(port -> Quietly.close(port.servers()));
                return Optional.empty();
            }
            publications.put(fresh.id(), fresh);
        }
        opened.stream().filter(port -> isNew(port, before)).forEach(port -> report(port.port()));
        return Optional.of(fresh);
    }

    /** Returns whether a port, or a problem with it, has not been reported before. */
    private static boolean isNew(LocalPort port, List<LocalPort> before) {
        return before.stream().noneMatch(known -> known.port().equals(port.port()));
    }

    private void report(PublishedPort port) {
        if (port.problem().isPresent()) {
            ports.warn(port);
        }
        try {
            listener.accept(port);
        } catch (Throwable e) {
            // A failed assertion is an Error. It would end the thread that reads the engine's events.
            LOG.warn(
                    "The listener for published ports of {} threw, which has no effect on the port; fix the listener",
                    daemonName,
                    e);
        }
    }

    private void withdraw(String id) {
        Publication ended;
        synchronized (lock) {
            ended = publications.remove(id);
        }
        if (ended != null) {
            closeAll(ended);
        }
    }

    private static void closeAll(Publication publication) {
        publication.ports().forEach(port -> Quietly.close(port.servers()));
    }

    /** Returns all published ports of running containers, including ports that could not be opened on this machine. */
    public List<PublishedPort> all() {
        synchronized (lock) {
            return publications.values().stream()
                    .flatMap(publication -> publication.ports().stream())
                    .map(LocalPort::port)
                    .toList();
        }
    }

    /** Returns a port of a container with its address on this machine. */
    public PublishedPort find(String container, int port, Protocol protocol) throws IOException {
        Publication publication = addresses
                .targets()
                .answer(container, port, () -> askFor(container))
                .orElseThrow(() -> refused(container, port, protocol, "no such container runs", "start it first"));
        List<PublishedPort> published =
                publication.ports().stream().map(LocalPort::port).toList();
        PublishedPort found = published.stream()
                .filter(candidate -> candidate.containerPort() == port && candidate.protocol() == protocol)
                .findFirst()
                .orElseThrow(() -> refused(
                        container,
                        port,
                        protocol,
                        "the container does not publish it" + instead(published),
                        "publish it when you create the container, or use addressOf(..)"));
        found.problem().ifPresent(problem -> {
            throw refused(container, port, protocol, problem, ports.cure());
        });
        return found;
    }

    private Optional<Publication> askFor(String container) {
        try {
            return bringUpToDate(container);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String instead(List<PublishedPort> published) {
        return published.isEmpty()
                ? ", nor any other port"
                : "; it publishes "
                        + published.stream()
                                .map(port -> port.containerPort() + "/" + port.protocol())
                                .collect(Collectors.joining(", "));
    }

    private NestedDockerException refused(String container, int port, Protocol protocol, String reason, String cure) {
        return new NestedDockerException(
                "Tried to find the published port " + port + "/" + protocol + " of the container " + container + " in "
                        + daemonName + " but " + reason + "; " + cure + ".",
                null);
    }

    /** Withdraws all ports and closes their connections. */
    @Override
    public void close() {
        List<Publication> all;
        synchronized (lock) {
            closed = true;
            all = List.copyOf(publications.values());
            publications.clear();
        }
        all.forEach(PortPublisher::closeAll);
    }
}
