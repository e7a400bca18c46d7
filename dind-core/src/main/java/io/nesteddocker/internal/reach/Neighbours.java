package io.nesteddocker.internal.reach;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.ClientKeyCopier;
import io.nesteddocker.internal.Guard;
import io.nesteddocker.internal.NetworkName;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.outer.HelperPlan;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterNetworks;
import io.nesteddocker.internal.outer.OuterNetworks.NetworkFacts;
import io.nesteddocker.internal.sweep.Helper;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.UndoStack;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets containers on outer networks use an inner API that listens with TLS, and copies the client's key to them. Thread-safe. */
public final class Neighbours implements ClientKeyCopier {

    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

    /** The TLS port in the daemon container. */
    private static final int PORT = 2376;

    private static final String VOLUME_PREFIX = "nested-docker-keys-";
    private static final int RANDOM_BYTES = 8;
    private static final String MOUNT = "/nested-docker-keys";

    private static final List<String> READ_RESOLVERS = List.of("cat", "/etc/resolv.conf");

    private final Guard guard;
    private final String containerId;
    private final OuterEngine outer;
    private final InnerEngine inner;
    private final Link link;
    private final Optional<ClientKeys> keys;
    private final UndoStack undo;
    private final Map<Integer, String> volumes = new HashMap<>();
    private final Set<String> joined = new HashSet<>();

    /** Creates the neighbours of one daemon. */
    public Neighbours(
            Guard guard,
            String containerId,
            OuterEngine outer,
            InnerEngine inner,
            Link link,
            Optional<ClientKeys> keys,
            UndoStack undo) {
        this.guard = guard;
        this.containerId = containerId;
        this.outer = outer;
        this.inner = inner;
        this.link = link;
        this.keys = keys;
        this.undo = undo;
    }

    /** Returns the address of the inner API for the containers on a network. Connects the daemon container to the network if necessary. */
    public synchronized URI join(String network) {
        if (network.isBlank()) {
            throw new IllegalArgumentException("Tried to make an endpoint for the neighbours of the daemon container "
                    + guard.daemonName() + " but the network's name is blank; give the name of an outer network.");
        }
        String action = "make an endpoint on the network " + network + " for";
        guard.refuseWhenClosed(action);
        ClientKeys known = keys.orElseThrow(() -> noListener(action));
        return guard.get(action, () -> {
            String host = NetworkName.of(guard.daemonName());
            NetworkFacts found = find(action, network);
            if (!known.certifies(host)) {
                throw refused(
                        action,
                        "its certificate does not have the name " + host
                                + ", because the container was renamed after its start",
                        "give it back its old name with `docker rename`, and attach to it by the old name");
            }
            Optional<Set<String>> names = outer.networks().namesOf(containerId, found.id());
            if (names.isEmpty()) {
                refuseOverlap(action, found);
                connect(found, host);
            } else if (!names.get().contains(host)) {
                throw refused(
                        action,
                        "it is connected to that network without the name " + host + ", which its certificate has",
                        "disconnect it with `docker network disconnect " + network + " " + guard.daemonName()
                                + "`, and call again");
            }
            return URI.create("tcp://" + host + ":" + PORT);
        });
    }

    private NetworkFacts find(String action, String network) {
        List<NetworkFacts> found = outer.networks().find(network);
        if (found.isEmpty()) {
            throw refused(
                    action,
                    "the outer engine at " + outer.description() + " has no network of that name",
                    "create it first with `docker network create " + network + "`");
        }
        if (found.size() > 1) {
            throw refused(
                    action,
                    "the outer engine has " + found.size() + " networks of that name",
                    "give the ID of one of them, which `docker network ls` lists");
        }
        if (!found.get(0).hasNames()) {
            throw refused(
                    action,
                    "containers on that network have no names for each other, so no name there can be in the daemon's certificate",
                    "use a network made with `docker network create`");
        }
        return found.get(0);
    }

    /**
     * Refuses an outer network that shares addresses with an inner one, because the daemon container would send answers for neighbours to
     * the inner network.
     */
    private void refuseOverlap(String action, NetworkFacts joined) {
        for (Network network : inner.client().listNetworksCmd().exec()) {
            OuterNetworks.rangesOf(network).stream()
                    .filter(range -> range.overlapsAny(joined.ranges()))
                    .findFirst()
                    .ifPresent(range -> {
                        throw refused(
                                action,
                                "its inner network " + network.getName() + " has the same addresses, " + range,
                                "make the outer network before the daemon starts, or with other addresses by"
                                        + " `docker network create --subnet`");
                    });
        }
    }

    /**
     * Connects the container and restores its name servers. On a network with container names, the engine replaces the name servers by its
     * own, which inner containers can't reach.
     */
    private void connect(NetworkFacts network, String alias) throws InterruptedException {
        OuterContainers containers = outer.containers();
        String resolvers = containers.exec(containerId, READ_RESOLVERS).stdout();
        outer.networks().connect(containerId, network.id(), alias);
        joined.add(network.id());
        ExecResult restored;
        try {
            restored = containers.exec(
                    containerId, List.of("/bin/sh", "-c", "printf %s \"$1\" >/etc/resolv.conf", "sh", resolvers));
        } catch (RuntimeException | InterruptedException e) {
            leave(network.id());
            throw e;
        }
        if (restored.exitCode() != 0) {
            LOG.warn(
                    "Tried to restore the name servers of the daemon container {}, which the outer engine replaced when it connected the"
                            + " container to the network {}, but that failed: {}; if inner containers can't resolve names, call restart().",
                    guard.daemonName(),
                    network.name(),
                    restored.stderr().strip());
        }
    }

    /** Disconnects the daemon container from the networks that it has joined for neighbours. */
    public synchronized void leaveNetworks() {
        List.copyOf(joined).forEach(this::leave);
    }

    private void leave(String networkId) {
        joined.remove(networkId);
        try {
            outer.networks().disconnect(containerId, networkId);
        } catch (DockerException e) {
            LOG.debug("The daemon container {} is not on the network {} any more", guard.daemonName(), networkId, e);
        }
    }

    @Override
    public void copyInto(String container, String folder, int userId) {
        String action = "copy the client certificate into the container " + container + " for";
        guard.refuseWhenClosed(action);
        ClientKeys known = keys.orElseThrow(() -> noListener(action));
        guard.run(action, () -> {
            if (outer.containers().find(container).isEmpty()) {
                throw refused(
                        action,
                        "the outer engine at " + outer.description() + " has no such container",
                        "give the ID of a container that was created there, running or not");
            }
            try {
                outer.containers().upload(container, known.files(folder, userId));
            } catch (DockerException e) {
                throw new NestedDockerException(
                        "Tried to " + action + " the daemon container " + guard.daemonName()
                                + " but the outer engine refused: "
                                + Reason.of(e).replaceFirst("[.]$", "")
                                + "; choose another folder with in(..), or mount bind() instead.",
                        e);
            }
        });
    }

    @Override
    public synchronized String volume(int userId) {
        String action = "make a volume with the client certificate of";
        guard.refuseWhenClosed(action);
        ClientKeys known = keys.orElseThrow(() -> noListener(action));
        return guard.get(action, () -> {
            String volume = volumes.get(userId);
            if (volume == null) {
                volume = create(known, userId);
                volumes.put(userId, volume);
            }
            return volume;
        });
    }

    private String create(ClientKeys known, int userId) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        // The name must be new, because others might already have mounted an existing volume.
        String name = VOLUME_PREFIX + HexFormat.of().formatHex(random);
        outer.volumes().create(name, Helper.labels(Labels.CLIENT_KEYS));
        Runnable keep = undo.push("remove the volume with the client's key", () -> remove(name));
        try {
            fill(name, known, userId);
            return name;
        } catch (RuntimeException e) {
            keep.run();
            remove(name);
            throw e;
        }
    }

    /** Fills a volume. The engine itself unpacks the files, so the container that has mounted the volume is never started. */
    private void fill(String volume, ClientKeys known, int userId) {
        OuterContainers containers = outer.containers();
        HelperPlan plan = new HelperPlan(
                "",
                containers.imageId(containerId),
                List.of("/bin/sh"),
                Helper.labels(Labels.CLIENT_KEYS),
                Map.of(MOUNT, volume),
                HelperPlan.Access.RECEIVE);
        try (Helper helper = Helper.create(containers, plan)) {
            containers.upload(helper.id(), known.files(MOUNT, userId));
        }
    }

    private void remove(String volume) {
        if (!outer.volumes().remove(volume)) {
            LOG.warn(
                    "The volume {} with the client certificate of {} was not removed, because containers have it mounted ({}); remove"
                            + " these containers, and the next program that starts a daemon on this engine removes the volume.",
                    volume,
                    guard.daemonName(),
                    String.join(", ", outer.volumes().users(volume)));
        }
    }

    private IllegalStateException noListener(String action) {
        String why = link instanceof Link.PlainLink
                ? "its API listens in plain text, so everyone there gets in without a certificate; start the daemon with port(..)"
                        + " in place of insecurePort(..)"
                : "its API listens on no network; start the daemon with listenOnNetworks() or port(..)";
        return new IllegalStateException(
                "Tried to " + action + " the daemon container " + guard.daemonName() + " but " + why + ".");
    }

    private NestedDockerException refused(String action, String why, String cure) {
        return new NestedDockerException(
                "Tried to " + action + " the daemon container " + guard.daemonName() + " but " + why + "; " + cure
                        + ".",
                null);
    }
}
