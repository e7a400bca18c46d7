package io.nesteddocker.internal.launch;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.plan.ContainerPlanner;
import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.registry.RegistryCredentials;
import io.nesteddocker.internal.relay.Relay;
import io.nesteddocker.internal.relay.RelayProgram;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** Attaches to a running daemon that was started to outlive its program. For use by one thread. */
public final class Attachment {

    /** The time limit for the first answer of a daemon that was left for this program; such a daemon answers at once or not at all. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The time within which the end of this program's earlier hold is noticed in the daemon container. */
    private static final Duration END_OF_HOLD = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Options options;
    private final OuterEngine outer;
    private final ContainerState state;
    private final UndoStack undo;

    private Attachment(Options options, OuterEngine outer, ContainerState state, UndoStack undo) {
        this.options = options;
        this.outer = outer;
        this.state = state;
        this.undo = undo;
    }

    /** Attaches to the kept daemon that {@code options} names, on the outer engine that {@code options} specifies. */
    public static Launched attach(Options options) {
        LaunchContext context = new LaunchContext(options, options.container().name(), new Cancellation());
        UndoStack undo = context.undo();
        try {
            OuterEngine outer = OuterEngine.connect(options, new Cancellation());
            undo.push("close the client of the outer engine", outer::close);
            ContainerState state = outer.containers()
                    .find(options.container().name())
                    .orElseThrow(() -> refused(options.container().name(), "there is no container of that name"));
            refuseOthers(options, state);
            Belongings belongings = belongings(outer, state.id());
            Optional<String> obstacle = belongings.relay()
                    ? RelayProgram.obstacle(outer.facts().architecture())
                    : Optional.of(
                            "an older version of the library started it, without the program that carries a tunnel");
            Relay relay = Access.relay(outer, state.id(), obstacle, undo);
            DaemonLog log = new DaemonLog(line -> {});
            undo.push(
                    "stop following the daemon's log",
                    outer.containers().followLog(state.id(), log::accept, log::end)::close);
            return new Attachment(options, outer, state, undo).join(belongings, relay, log, Optional.empty(), context);
        } catch (RuntimeException | IOException e) {
            NestedDockerException failure = e instanceof NestedDockerException known
                    ? known
                    : refused(options.container().name(), Reason.of(e), e);
            undo.unwindAfter(failure);
            throw failure;
        }
    }

    /**
     * Connects again to the outer engine and the container of a daemon that this program has left running. The result serves to end the
     * daemon.
     *
     * @return empty if the container is gone
     * @throws Hold.HeldException if another program or handle uses the daemon now
     */
    static Optional<Launched> again(Launched left, UndoStack undo) throws IOException, InterruptedException {
        OuterEngine outer = OuterEngine.connect(left.options(), new Cancellation());
        undo.push("close the client of the outer engine", outer::close);
        if (!outer.id().equals(left.outer().id())) {
            throw new IOException("this program finds another outer engine now, at " + outer.description());
        }
        DaemonContainer container = left.container();
        Optional<ContainerState> state = outer.containers().find(container.id());
        if (state.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(again(left, outer, state.get(), undo));
        } catch (IOException | DockerException e) {
            if (outer.containers().find(container.id()).isEmpty()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Launched again(Launched left, OuterEngine outer, ContainerState state, UndoStack undo)
            throws IOException, InterruptedException {
        DaemonContainer container = left.container();
        DaemonLog log = new DaemonLog(line -> {});
        undo.push(
                "stop following the daemon's log",
                outer.containers().followNewLog(container.id(), log::accept, log::end)::close);
        // A container that has ended can't be used by anybody, and answers no more.
        Optional<Hold> hold = container.hold().isPresent() && state.status().equals("running")
                ? Optional.of(holdAgain(outer, container, state, undo))
                : Optional.empty();
        return new Launched(
                left.options(),
                outer,
                new DaemonContainer(
                        container.name(), container.id(), container.image(), log, container.granted(), false, hold),
                left.access(),
                left.inner(),
                left.report(),
                undo);
    }

    private static Hold holdAgain(OuterEngine outer, DaemonContainer container, ContainerState state, UndoStack undo)
            throws IOException, InterruptedException {
        Relay relay = Access.relay(
                outer, container.id(), RelayProgram.obstacle(outer.facts().architecture()), undo);
        boolean inSessionFolder = state.labels().containsKey(Labels.REUSE_FOLDER);
        Deadline deadline = Deadline.in(END_OF_HOLD);
        while (true) {
            IOException reason = new Hold.HeldException();
            try {
                Optional<Hold> hold = Hold.take(container.hold().flatMap(Hold::folder), inSessionFolder, relay);
                if (hold.isPresent()) {
                    undo.push("let go of the daemon", hold.get()::close);
                    return hold.get();
                }
            } catch (IOException e) {
                reason = e;
            }
            if (deadline.hasPassed()) {
                throw reason;
            }
            deadline.pause(PAUSE);
        }
    }

    /** Attaches to a daemon that an earlier program has left for this one. */
    static Launched attach(
            LaunchContext context,
            OuterEngine outer,
            RegistryCredentials credentials,
            LeftDaemons.Taken taken,
            DaemonLog log,
            UndoStack ofTaken)
            throws IOException, InterruptedException {
        // The daemon was started with the same options, so only its keys must be read from its container.
        Belongings belongings = context.options().connection().servesTls()
                ? belongings(outer, taken.container().id())
                : new Belongings(Optional.empty(), credentials, true);
        // The lines that the daemon wrote for earlier programs do not belong in this program's log.
        log.assumeListening();
        ofTaken.push(
                "stop following the daemon's log",
                outer.containers().followNewLog(taken.container().id(), log::accept, log::end)::close);
        return new Attachment(context.options(), outer, taken.container(), ofTaken)
                .join(belongings, taken.relay(), log, Optional.of(taken), context);
    }

    /**
     * Attaches to the container.
     *
     * @param taken the hold and the relay of a daemon that was left for this program; empty for a kept daemon
     * @param context the launch for which this happens
     */
    private Launched join(
            Belongings belongings,
            Relay relay,
            DaemonLog log,
            Optional<LeftDaemons.Taken> taken,
            LaunchContext context) {
        Optional<Hold> hold = taken.map(LeftDaemons.Taken::hold);
        Link link = link(belongings.keys(), relay, hold.flatMap(Hold::folder));
        String apiVersion = awaitApiVersion(
                link, log, hold.isPresent() ? PATIENCE : options.lifecycle().startupTimeout(), context.cancellation());
        DaemonContainer container =
                new DaemonContainer(state.name(), state.id(), state.image(), log, privilege(state), false, hold);
        InnerEngine inner = container.connect(link, apiVersion, outer, options.storage(), belongings.credentials());
        undo.push("close the inner client", inner::close);
        context.stopwatch().stop();
        return new Launched(
                options,
                outer,
                container,
                new Access(link, belongings.keys(), relay, link instanceof Link.UnixSocketLink),
                inner,
                new LaunchReport(context.stopwatch(), List.of(), Optional.empty()),
                context.undo());
    }

    private Link link(Optional<ClientKeys> keys, Relay relay, Optional<Path> folder) {
        Optional<Path> shared = folder.filter(path -> Files.isWritable(path.resolve(ContainerPlan.SOCKET_NAME)))
                .filter(path -> options.connection().mode() != ConnectionMode.TUNNEL);
        if (shared.isPresent()) {
            return Access.socketIn(shared.get());
        }
        Optional<Link> port = keys.isPresent() ? portLink(ContainerPlanner.ENCRYPTED_PORT, keys) : Optional.empty();
        port = port.or(() -> portLink(ContainerPlanner.PLAIN_PORT, Optional.empty()));
        if (port.isPresent()) {
            return port.get();
        }
        if (relay.obstacle().isPresent()) {
            throw refused(
                    state.name(),
                    relay.obstacle().get() + "; remove this daemon with `docker rm -fv " + state.name()
                            + "` and start another"
                            + (RelayProgram.obstacle(outer.facts().architecture())
                                            .isPresent()
                                    ? " with a port(..)"
                                    : ""));
        }
        return Access.tunnel(relay, state.name(), undo);
    }

    /**
     * Returns the address of a published port, if this program can reach it. A program in a container can't reach the outer engine's
     * loopback address.
     */
    private Optional<Link> portLink(int containerPort, Optional<ClientKeys> keys) {
        return outer.containers()
                .findPublishedPort(state.id(), containerPort)
                .flatMap(published -> outer.facts().ports().addressOf(published))
                .map(address -> Access.port(address.getHostString(), address.getPort(), keys));
    }

    private static void refuseOthers(Options options, ContainerState state) {
        if (!Labels.DAEMON.equals(state.labels().get(Labels.KIND))) {
            throw refused(options.container().name(), "the container of that name is not a nested daemon");
        }
        if (state.labels().containsKey(Labels.OWNER)) {
            throw refused(
                    options.container().name(),
                    "it was started without keepRunning(), so it belongs to the program that started it, and ends with that program");
        }
        if (!state.status().equals("running")) {
            String cure = state.status().equals("paused")
                    ? "resume it with `docker unpause "
                    : "start it again with `docker start ";
            throw refused(options.container().name(), "it is " + state.status() + "; " + cure + state.name() + "`");
        }
    }

    private static NestedDockerException refused(String name, String reason) {
        return refused(name, reason, null);
    }

    private static NestedDockerException refused(String name, String reason, @Nullable Throwable cause) {
        return new NestedDockerException(
                "Tried to attach to the nested daemon " + name + " but "
                        + reason.replaceFirst("[.]$", "")
                        + "; `docker ps -a --filter label=io.nesteddocker` lists the daemon containers that exist.",
                cause);
    }

    /**
     * The parts of the {@link InitArchive} that a program needs to attach.
     *
     * @param keys the key and certificates for clients if the API listens with TLS; otherwise empty
     * @param credentials the credentials for registries
     * @param relay whether the container has the program that carries streams
     */
    private record Belongings(Optional<ClientKeys> keys, RegistryCredentials credentials, boolean relay) {}

    private static Belongings belongings(OuterEngine outer, String id) throws IOException {
        byte[] ca = new byte[0];
        byte[] certificate = new byte[0];
        byte[] key = new byte[0];
        byte[] server = new byte[0];
        RegistryCredentials credentials = RegistryCredentials.NONE;
        boolean relay = false;
        try (InputStream archive = outer.containers().download(id, Access.FOLDER);
                TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                switch (entry.getName().replaceFirst(".*/", "")) {
                    case "ca.pem" -> ca = tar.readAllBytes();
                    case "client-cert.pem" -> certificate = tar.readAllBytes();
                    case "client-key.pem" -> key = tar.readAllBytes();
                    case "server-cert.pem" -> server = tar.readAllBytes();
                    case InitArchive.ACCOUNTS -> credentials = RegistryCredentials.fromConfigFile(tar.readAllBytes());
                    case RelayProgram.NAME -> relay = true;
                    default -> {}
                }
            }
        }
        return new Belongings(
                key.length == 0 ? Optional.empty() : Optional.of(new ClientKeys(ca, certificate, key, server)),
                credentials,
                relay);
    }

    /** Waits until the inner API answers. A kept daemon may still be starting, if its container was started again by hand. */
    private String awaitApiVersion(Link link, DaemonLog log, Duration patience, Cancellation cancellation) {
        try {
            return Readiness.await(link, log, Deadline.in(patience), cancellation);
        } catch (Readiness.NotReadyException e) {
            throw refused(state.name(), e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(state.name(), "the thread was interrupted", e);
        }
    }

    private static Privilege privilege(ContainerState state) {
        String words = state.labels().getOrDefault(Labels.PRIVILEGE, "");
        if (words.equals(Privilege.privileged().toString())) {
            return Privilege.privileged();
        }
        return words.startsWith("runtime ")
                ? Privilege.runtime(words.substring("runtime ".length()))
                : Privilege.leastPrivilege();
    }
}
