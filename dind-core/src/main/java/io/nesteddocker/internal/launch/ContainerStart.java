package io.nesteddocker.internal.launch;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Privilege;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.NetworkName;
import io.nesteddocker.internal.OuterPorts;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.ProxySettings;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.plan.ContainerPlan.ApiBinding;
import io.nesteddocker.internal.plan.ContainerPlan.SocketFolder;
import io.nesteddocker.internal.plan.ContainerPlanner;
import io.nesteddocker.internal.plan.ProxyFile;
import io.nesteddocker.internal.plan.SeedMount;
import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.registry.RegistryCredentials;
import io.nesteddocker.internal.relay.Relay;
import io.nesteddocker.internal.relay.RelayProgram;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates and starts a daemon container. If the outer engine refuses, tries again with less: with least privilege instead of {@code
 * --privileged}, with a tunnel instead of a shared socket.
 */
final class ContainerStart {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerStart.class);

    /** The first attempt and the two fallbacks, each of which happens at most once. */
    private static final int MOST_ATTEMPTS = 3;

    private final Options options;
    private final String name;
    private final OuterEngine outer;
    private final RegistryCredentials credentials;
    private final Optional<SeedMount> seed;
    private final Stopwatch stopwatch;
    private final UndoStack undo;
    private final Supplier<DaemonLog> freshLog;
    private final Deadline deadline;
    private final Cancellation cancellation;

    private Privilege privilege;
    private boolean sharesSessionFolder;
    private Runnable forgetFolder = () -> {};

    ContainerStart(
            LaunchContext context,
            OuterEngine outer,
            RegistryCredentials credentials,
            Optional<SeedMount> seed,
            Supplier<DaemonLog> freshLog) {
        options = context.options();
        name = context.name();
        stopwatch = context.stopwatch();
        undo = context.undo();
        deadline = context.deadline();
        cancellation = context.cancellation();
        this.outer = outer;
        this.credentials = credentials;
        this.seed = seed;
        this.freshLog = freshLog;
        privilege = PrivilegeMemory.choose(options, outer);
        sharesSessionFolder = !options.lifecycle().keepRunning()
                && (outer.facts().sharedFiles().withProgram()
                        || outer.facts().sharedFiles().ofSessions().isPresent())
                && (options.connection().mode() == ConnectionMode.DIRECT || canRelyOnSessionFolder());
    }

    /**
     * Returns whether a socket in the session folder is certain to work. If the folder does not exist on the engine's machine, Docker
     * refuses to mount it, but Podman creates it, so the mount proves nothing. Under another runtime, root in the container may be a user
     * who may not write into the folder.
     */
    private boolean canRelyOnSessionFolder() {
        return !outer.facts().support().kind().isPodman() && privilege.kind() != Privilege.Kind.RUNTIME;
    }

    /** Thrown if another attempt with less may succeed. */
    private static final class TryAgainException extends Exception {
        private static final long serialVersionUID = 1L;

        TryAgainException(Throwable cause) {
            super(cause);
        }
    }

    StartedContainer run() throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            UndoStack ofThisAttempt = new UndoStack();
            undo.push("undo the daemon container", ofThisAttempt::unwindOrThrow);
            try {
                return attempt(ofThisAttempt);
            } catch (TryAgainException e) {
                ofThisAttempt.unwindAfter(e);
                if (e.getSuppressed().length > 0 || attempt == MOST_ATTEMPTS) {
                    throw new OuterEngineException(
                            "Tried to create the daemon container " + name + " but the outer engine refused: "
                                    + Reason.of(e) + "; see docs/troubleshooting.md.",
                            e);
                }
                stopwatch.enter(StartupPhase.CREATE);
            }
        }
    }

    private StartedContainer attempt(UndoStack attemptUndo) throws InterruptedException, TryAgainException {
        DaemonLog log = freshLog.get();
        Optional<SocketFolder> socketFolder =
                sharesSessionFolder ? Optional.of(socketFolder(attemptUndo)) : Optional.empty();
        boolean tunnels = ContainerPlanner.tunnels(options, sharesSessionFolder);
        if (tunnels && options.connection().mode() == ConnectionMode.DIRECT) {
            throw noDirectConnection();
        }
        Optional<String> obstacle = RelayProgram.obstacle(outer.facts().architecture());
        if (options.lifecycle().reuse().isPresent() && obstacle.isPresent()) {
            throw notReused(obstacle.get());
        }
        if (tunnels && obstacle.isPresent()) {
            throw noTunnel(obstacle.get());
        }
        Optional<TlsMaterial> tls = options.connection().servesTls() ? Optional.of(certificates()) : Optional.empty();
        Optional<byte[]> program = RelayProgram.forProcessor(outer.facts().architecture());
        String proxies = ProxyFile.of(ProxySettings.ofThisProcess().resolve(options), options, outer.facts());
        byte[] archive = InitArchive.pack(
                program,
                tls,
                options.registries().authorities(),
                options.network().authorities(),
                credentials,
                proxies,
                !options.lifecycle().leased(),
                options.lifecycle()
                        .reuse()
                        .map(reuse -> InitArchive.fingerprint(options, program, credentials, proxies)));
        ContainerPlan plan = ContainerPlanner.plan(
                options, outer.facts(), name, labels(socketFolder), privilege, socketFolder, seed, archive.length);
        String id = create(plan);
        Runnable forgetRemoval = attemptUndo.pushRepeatable(
                "remove the daemon container " + name, () -> outer.containers().remove(id));
        Runnable keepContainer = () -> {
            forgetRemoval.run();
            if (!plan.leased()) {
                forgetFolder.run();
            }
        };
        new DataRootClaim(outer, options.storage().dataRoot()).checkFor(name, deadline, cancellation);
        if (plan.leased()) {
            attach(id, archive, log, attemptUndo);
        } else {
            outer.containers().upload(id, archive);
        }
        cancellation.throwIfCancelled();
        stopwatch.enter(StartupPhase.START);
        start(id, plan);
        if (!plan.leased()) {
            Closeable following = outer.containers().followLog(id, log::accept, log::end);
            attemptUndo.push("stop following the daemon's log", following::close);
        }
        Relay relay = Access.relay(outer, id, obstacle, attemptUndo);
        Optional<ClientKeys> keys = tls.map(ClientKeys::of);
        Link link = tunnels
                ? Access.tunnel(relay, name, attemptUndo)
                : plan.apiBinding()
                        .map(port -> portLink(id, port, keys))
                        .orElseGet(
                                () -> Access.socketIn(socketFolder.orElseThrow().here()));
        return new StartedContainer(
                new DaemonContainer(
                        name,
                        id,
                        options.container().image().reference(),
                        log,
                        privilege,
                        plan.leased(),
                        Optional.empty()),
                new Access(link, keys, relay, socketFolder.isPresent()),
                socketFolder.map(SocketFolder::here),
                keepContainer,
                attemptUndo);
    }

    private Map<String, String> labels(Optional<SocketFolder> socketFolder) {
        Map<String, String> labels = Labels.ofDaemon(!options.lifecycle().keepRunning(), privilege);
        options.lifecycle().reuse().ifPresent(reuse -> {
            labels.put(Labels.REUSE, reuse.name());
            socketFolder.ifPresent(
                    folder -> labels.put(Labels.REUSE_FOLDER, folder.here().toString()));
        });
        return labels;
    }

    private void attach(String id, byte[] archive, DaemonLog log, UndoStack attemptUndo) throws InterruptedException {
        LeaseInput lease = new LeaseInput(archive);
        Closeable attached = outer.containers().attach(id, lease, log::accept, log::end);
        attemptUndo.push("give the lease back", () -> {
            lease.close();
            attached.close();
        });
    }

    private String create(ContainerPlan plan) throws TryAgainException {
        try {
            return outer.containers().create(plan);
        } catch (ConflictException e) {
            throw Preflight.nameInUse(outer, name, e);
        } catch (DockerException e) {
            if (sharesSessionFolder && Reason.of(e).contains("bind source path does not exist")) {
                LOG.debug("The outer engine does not share this program's file system: {}", Reason.of(e));
                sharesSessionFolder = false;
                throw new TryAgainException(e);
            }
            throw Reason.of(e).contains("bind source path does not exist")
                            && !options.storage().folders().isEmpty()
                    ? notShared(e)
                    : refused("create", e);
        }
    }

    private void start(String id, ContainerPlan plan) throws TryAgainException {
        try {
            outer.containers().start(id);
        } catch (DockerException e) {
            String words = Reason.of(e);
            String lower = words.toLowerCase(Locale.ROOT);
            if (privilege.kind() == Privilege.Kind.PRIVILEGED && lower.contains("unable to apply caps")) {
                privilege = PrivilegeMemory.afterRefusal(options, outer, words, e);
                throw new TryAgainException(e);
            }
            int port = plan.apiBinding().map(ApiBinding::hostPort).orElse(0);
            if (port > 0 && (lower.contains("already allocated") || lower.contains("already in use"))) {
                throw Preflight.portTaken(port, e);
            }
            if (lower.contains("/bin/sh")) {
                throw new OuterEngineException(
                        "Tried to start the daemon container " + name + " but the image "
                                + options.container().image()
                                + " has no shell to run the start script with: " + words
                                + ". Use an image with dockerd and a shell, such as docker:29-dind or DaemonImage.debian(\"trixie\").",
                        e);
            }
            throw refused("start", e);
        }
    }

    private OuterEngineException notShared(DockerException e) {
        return new OuterEngineException(
                "Tried to share folders with the daemon container " + name + " but the outer engine at "
                        + outer.description() + " does not see this program's files: " + Reason.of(e)
                        + "; leave out share(..) and copy with copyIn(..), or, if this program runs in a container, mount the folder there"
                        + " from the same path of its machine.",
                e);
    }

    private OuterEngineException refused(String verb, DockerException e) {
        return new OuterEngineException(
                "Tried to " + verb + " the daemon container " + name + " ("
                        + options.container().image()
                        + ") but the outer engine at "
                        + outer.description() + " refused: " + Reason.of(e).replaceFirst("[.]$", "") + ". "
                        + cureFor(Reason.of(e).toLowerCase(Locale.ROOT)) + ".",
                e);
    }

    private static String cureFor(String engineWords) {
        if (engineWords.contains("cpus")) {
            return engineWords.contains("not support")
                    ? "Leave out cpus(..), or use an engine whose kernel can limit CPUs"
                    : "Give a smaller number with cpus(..)";
        }
        return engineWords.contains("memory") || engineWords.contains("pids")
                ? "Give another limit, or none if the engine can't enforce it"
                : "See docs/troubleshooting.md, or choose another privilege(..)";
    }

    private Link portLink(String id, ApiBinding port, Optional<ClientKeys> keys) {
        int hostPort =
                port.hostPort() == 0 ? outer.containers().publishedPort(id, port.containerPort()) : port.hostPort();
        String host = outer.facts().ports().reachedAt();
        if (keys.isEmpty()) {
            LOG.warn(
                    "The inner API of {} is open at {}:{} without TLS, so every user and every container of that machine can become"
                            + " root in the daemon container; use port(..) instead of insecurePort(..) to let in this program only",
                    name,
                    host,
                    hostPort);
        }
        return Access.port(host, hostPort, keys);
    }

    private OuterEngineException noTunnel(String obstacle) {
        String cure = (options.connection().mode() == ConnectionMode.TUNNEL
                        ? "leave out connection(ConnectionMode.TUNNEL), or "
                        : "")
                + "ask for a port(..)";
        return new OuterEngineException(
                "Tried to reach the inner API of " + name + " through a tunnel but " + obstacle + "; " + cure + ".",
                null);
    }

    private OuterEngineException notReused(String obstacle) {
        return new OuterEngineException(
                "Tried to start a daemon that other programs reuse but " + obstacle
                        + ", and reuse(..) needs that program, too; leave out reuse(..).",
                null);
    }

    private OuterEngineException noDirectConnection() {
        return new OuterEngineException(
                "Tried to reach the inner API of " + name + " directly but the outer engine at " + outer.description()
                        + " shares no folder with this program"
                        + (options.lifecycle().keepRunning()
                                ? ", and a daemon with keepRunning() would outlive such a folder"
                                : "")
                        + "; leave out connection(ConnectionMode.DIRECT), or ask for a port(..).",
                null);
    }

    private TlsMaterial certificates() {
        List<String> names = new ArrayList<>(
                List.of(outer.facts().ports().reachedAt(), OuterPorts.LOOPBACK_ADDRESS, "localhost", name));
        names.add(NetworkName.of(name));
        names.addAll(options.network().aliases());
        // A container may have a name that is not valid in DNS, and so not in a certificate.
        return TlsMaterial.create(
                names.stream().distinct().filter(TlsMaterial::canName).toList());
    }

    /**
     * Creates the session folder for the socket. A daemon inside a nested daemon uses a subfolder of that daemon's session folder, at any
     * depth, because all of them run on one kernel.
     */
    private SocketFolder socketFolder(UndoStack attemptUndo) {
        try {
            Optional<Path> parent = outer.facts().sharedFiles().ofSessions();
            Path here = parent.isPresent()
                    ? SessionFolder.createIn(parent.get())
                    : options.lifecycle().leased() ? SessionFolder.create() : SessionFolder.createLasting();
            forgetFolder = attemptUndo.push("remove the session folder", () -> SessionFolder.delete(here));
            String there =
                    parent.isPresent() ? ContainerPlan.SESSION_MOUNT + "/" + here.getFileName() : here.toString();
            return new SocketFolder(here, there, groupOf(here));
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to make a private folder for the API's socket but that failed: " + Reason.of(e) + ". "
                            + SessionFolder.CURE,
                    e);
        }
    }

    /**
     * Returns the number of the folder's group. dockerd gives its sockets to this group, so that a program that is not root can open them.
     */
    private static String groupOf(Path folder) {
        try {
            return String.valueOf(Files.getAttribute(folder, "unix:gid"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return "0";
        }
    }
}
