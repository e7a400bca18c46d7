package io.nesteddocker.internal.launch;

import io.nesteddocker.NestedDockerException;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.inner.BindSources;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.log.DaemonLog;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterContainers.ContainerState;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.plan.ContainerPlanner;
import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.reach.ExecTunnel;
import io.nesteddocker.internal.registry.RegistryAccounts;
import io.nesteddocker.internal.relay.Relay;
import io.nesteddocker.internal.relay.RelayProgram;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** Finds a daemon again that was started to outlive its program. */
public final class Attachment {

    private Attachment() {}

    /** Attaches to the kept daemon that {@code options} names, on the outer engine that it names. */
    public static Launched attach(Options options) {
        Stopwatch stopwatch = new Stopwatch();
        UndoStack undo = new UndoStack();
        try {
            OuterEngine outer = OuterEngine.connect(options, new Cancellation());
            undo.push("close the client of the outer engine", outer::close);
            ContainerState state = outer.containers()
                    .find(options.container().name())
                    .orElseThrow(() -> refused(options, "there is no container of that name"));
            refuseOthers(options, state);
            DaemonLog log = new DaemonLog(line -> {});
            Closeable following = outer.containers().followLog(state.id(), log::accept, log::end);
            undo.push("stop following the daemon's log", following::close);
            Belongings belongings = belongings(outer, state.id());
            Relay relay = relay(outer, state, belongings, undo);
            Link link = link(options, outer, state, belongings.keys(), relay, undo);
            InnerEngine inner = InnerEngine.connect(
                    link,
                    awaitApiVersion(options, link, log),
                    log::reasonOfTheEnd,
                    new BindSources(outer.containers(), state.id(), List.of()),
                    belongings.accounts());
            undo.push("close the inner client", inner::close);
            stopwatch.stop();
            return new Launched(
                    options,
                    outer,
                    new DaemonContainer(state.name(), state.id(), state.image(), log, privilege(state), false),
                    new Access(link, belongings.keys(), relay, false),
                    inner,
                    new LaunchReport(stopwatch, List.of()),
                    undo);
        } catch (RuntimeException | IOException e) {
            Exception secondary = undo.unwind();
            NestedDockerException failure =
                    e instanceof NestedDockerException known ? known : refused(options, Reason.of(e), e);
            if (secondary != null) {
                failure.addSuppressed(secondary);
            }
            throw failure;
        }
    }

    private static Relay relay(OuterEngine outer, ContainerState state, Belongings belongings, UndoStack undo) {
        Optional<String> obstacle = belongings.relay()
                ? Optional.empty()
                : RelayProgram.obstacle(outer.facts().architecture())
                        .or(() ->
                                Optional.of("an older version of the library started it, which put no relay into it"));
        Relay relay = new Relay(outer.containers(), state.id(), "/" + ContainerPlanner.FOLDER, obstacle);
        undo.push("end the relay", relay::close);
        return relay;
    }

    private static Link link(
            Options options,
            OuterEngine outer,
            ContainerState state,
            Optional<ClientKeys> keys,
            Relay relay,
            UndoStack undo) {
        Optional<InetSocketAddress> encrypted = reachablePort(outer, state, ContainerPlanner.ENCRYPTED_PORT);
        if (encrypted.isPresent() && keys.isPresent()) {
            return new Link.TlsLink(
                    encrypted.get().getHostString(),
                    encrypted.get().getPort(),
                    keys.get().context());
        }
        Optional<InetSocketAddress> plain = reachablePort(outer, state, ContainerPlanner.PLAIN_PORT);
        if (plain.isPresent()) {
            return new Link.PlainLink(plain.get().getHostString(), plain.get().getPort());
        }
        if (relay.obstacle().isPresent()) {
            throw refused(
                    options,
                    relay.obstacle().get() + "; remove it with `docker rm -fv " + state.name() + "` and start it again"
                            + (RelayProgram.obstacle(outer.facts().architecture())
                                            .isPresent()
                                    ? " with a port(..)"
                                    : ""));
        }
        ExecTunnel tunnel = new ExecTunnel(relay, state.name());
        undo.push("close the tunnel", tunnel::close);
        return new Link.TunnelLink(tunnel);
    }

    /** A program in a container of the outer engine does not reach what that engine has published on its loopback address. */
    private static Optional<InetSocketAddress> reachablePort(
            OuterEngine outer, ContainerState state, int containerPort) {
        return outer.containers()
                .findPublishedPort(state.id(), containerPort)
                .flatMap(published -> outer.facts().ports().addressOf(published));
    }

    private static void refuseOthers(Options options, ContainerState state) {
        if (!Labels.DAEMON.equals(state.labels().get(Labels.KIND))) {
            throw refused(options, "the container of that name is not a nested daemon");
        }
        if (state.labels().containsKey(Labels.OWNER)) {
            throw refused(
                    options, "it was started without keepRunning(), so it belongs to another program and ends with it");
        }
        if (!state.status().equals("running")) {
            String cure = state.status().equals("paused")
                    ? "resume it with `docker unpause "
                    : "start it again with `docker start ";
            throw refused(options, "it is " + state.status() + "; " + cure + state.name() + "`");
        }
    }

    private static NestedDockerException refused(Options options, String reason) {
        return refused(options, reason, null);
    }

    private static NestedDockerException refused(Options options, String reason, @Nullable Throwable cause) {
        return new NestedDockerException(
                "Tried to attach to the nested daemon " + options.container().name() + " but "
                        + reason.replaceFirst("[.]$", "")
                        + "; `docker ps -a --filter label=io.nesteddocker` lists the daemon containers that exist.",
                cause);
    }

    /**
     * What {@link InitArchive} put into the container for those who attach.
     *
     * @param keys what clients need if the API listens with TLS; otherwise empty
     * @param accounts the credentials for registries
     * @param relay whether the program that carries streams is there
     */
    private record Belongings(Optional<ClientKeys> keys, RegistryAccounts accounts, boolean relay) {}

    private static Belongings belongings(OuterEngine outer, String id) throws IOException {
        byte[] ca = new byte[0];
        byte[] certificate = new byte[0];
        byte[] key = new byte[0];
        byte[] server = new byte[0];
        RegistryAccounts accounts = RegistryAccounts.NONE;
        boolean relay = false;
        try (InputStream archive = outer.containers().download(id, "/" + ContainerPlanner.FOLDER);
                TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                switch (entry.getName().replaceFirst(".*/", "")) {
                    case "ca.pem" -> ca = tar.readAllBytes();
                    case "client-cert.pem" -> certificate = tar.readAllBytes();
                    case "client-key.pem" -> key = tar.readAllBytes();
                    case "server-cert.pem" -> server = tar.readAllBytes();
                    case InitArchive.ACCOUNTS -> accounts = RegistryAccounts.fromConfigFile(tar.readAllBytes());
                    case RelayProgram.NAME -> relay = true;
                    default -> {}
                }
            }
        }
        return new Belongings(
                key.length == 0 ? Optional.empty() : Optional.of(new ClientKeys(ca, certificate, key, server)),
                accounts,
                relay);
    }

    /** A kept daemon may just be on its way up again, after its container was started by hand. */
    private static String awaitApiVersion(Options options, Link link, DaemonLog log) {
        try {
            return Readiness.await(link, log, Deadline.in(options.lifecycle().startupTimeout()), new Cancellation());
        } catch (Readiness.NotReadyException e) {
            throw refused(options, e.reason(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(options, "the thread was interrupted", e);
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
