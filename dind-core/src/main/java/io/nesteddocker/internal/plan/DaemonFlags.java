package io.nesteddocker.internal.plan;

import io.nesteddocker.StorageDriver;
import io.nesteddocker.internal.Ipv4Network;
import io.nesteddocker.internal.OuterFacts;
import io.nesteddocker.internal.options.DaemonOptions;
import io.nesteddocker.internal.options.DaemonOptions.AddressPool;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.plan.ContainerPlan.ApiBinding;
import io.nesteddocker.internal.plan.ContainerPlan.SocketFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns options into flags of {@code dockerd}. */
final class DaemonFlags {

    /** The folder in which dockerd finds the certificates. */
    static final String TLS_FOLDER = "/nested-docker/tls";

    /**
     * The flag with which dockerd listens on all IPv4 addresses of its container, including those on networks that the container joins
     * later.
     */
    private static final String ON_ALL_ADDRESSES = "--host=tcp://0.0.0.0:";

    private static final List<String> TLS_FLAGS = List.of(
            ON_ALL_ADDRESSES + ContainerPlanner.ENCRYPTED_PORT,
            "--tlsverify",
            "--tlscacert=" + TLS_FOLDER + "/ca.pem",
            "--tlscert=" + TLS_FOLDER + "/server-cert.pem",
            "--tlskey=" + TLS_FOLDER + "/server-key.pem");

    /**
     * The flags for plain TCP. Without {@code --tls=false}, dockerd logs a warning and waits for 15 seconds.
     *
     * @see <a href="https://docs.docker.com/engine/deprecated/#unauthenticated-tcp-connections">Docker: unauthenticated TCP</a>
     */
    private static final List<String> PLAIN_FLAGS =
            List.of(ON_ALL_ADDRESSES + ContainerPlanner.PLAIN_PORT, "--tls=false");

    private DaemonFlags() {}

    static List<String> of(
            Options options, OuterFacts facts, Optional<ApiBinding> port, Optional<SocketFolder> socketFolder) {
        List<String> flags = new ArrayList<>();
        flags.add("--host=unix:///var/run/docker.sock");
        socketFolder.ifPresent(folder -> flags.addAll(socketFolderFlags(folder, port.isEmpty())));
        if (options.connection().servesTls()) {
            flags.addAll(TLS_FLAGS);
        } else if (port.isPresent()) {
            flags.addAll(PLAIN_FLAGS);
        }
        if (!options.storage().folders().isEmpty()) {
            flags.add("--label=" + EngineLabels.SHARED_FOLDERS + "="
                    + SharedFolders.toLabel(options.storage().folders()));
        }
        flags.add("--shutdown-timeout="
                + Math.max(1, options.lifecycle().stopTimeout().toSeconds()));
        DaemonOptions daemon = options.daemon();
        flags.addAll(addressFlags(daemon, facts));
        options.registries().mirrors().forEach(mirror -> flags.add("--registry-mirror=" + mirror));
        options.registries().insecure().forEach(registry -> flags.add("--insecure-registry=" + registry));
        if (!daemon.logLevel().isEmpty()) {
            flags.add("--log-level=" + daemon.logLevel());
        }
        daemon.storageDriver().ifPresent(driver -> flags.addAll(flagsOf(driver)));
        flags.addAll(daemon.arguments());
        return flags;
    }

    /** Returns the flags for the session folder. Daemons inside this one use the folder even if the API has a port instead of a socket. */
    private static List<String> socketFolderFlags(SocketFolder folder, boolean withSocket) {
        String label = "--label=" + EngineLabels.SESSION_FOLDER + "=" + folder.here();
        String socket = "--host=unix://" + ContainerPlan.SESSION_MOUNT + "/" + ContainerPlan.SOCKET_NAME;
        return withSocket ? List.of(label, socket, "--group=" + folder.group()) : List.of(label);
    }

    /**
     * Returns the networks in a flag that the user passes to the inner engine. Invalid networks are omitted, because dockerd itself refuses
     * them.
     */
    private static Stream<Ipv4Network> networksIn(String argument) {
        if (!argument.startsWith("--bip=") && !argument.startsWith("--default-address-pool=")) {
            return Stream.empty();
        }
        return Arrays.stream(argument.split("[=,]")).flatMap(text -> Ipv4Network.find(text).stream());
    }

    /** Returns all networks that the inner engine or an engine above it uses. */
    static List<String> networks(Options options, OuterFacts facts) {
        String label = "--label=" + EngineLabels.TAKEN_NETWORKS + "=";
        return addressFlags(options.daemon(), facts).stream()
                .filter(flag -> flag.startsWith(label))
                .flatMap(flag -> Arrays.stream(flag.substring(label.length()).split("\\+", -1)))
                .filter(network -> !network.isEmpty())
                .toList();
    }

    /**
     * Returns the flags for addresses. Ranges that the user sets are not planned, so that a user has a way out if no private range is free.
     */
    private static List<String> addressFlags(DaemonOptions options, OuterFacts facts) {
        List<String> flags = new ArrayList<>();
        List<Ipv4Network> taken = new ArrayList<>(facts.nesting().takenNetworks());
        List<AddressPool> pools = new ArrayList<>(options.addressPools());
        pools.forEach(pool -> taken.add(Ipv4Network.parse(pool.base())));
        options.arguments().stream().flatMap(DaemonFlags::networksIn).forEach(taken::add);
        if (!options.gives("--bip", "--bridge", "-b")) {
            Ipv4Network bridge = AddressPlan.bridgeClearOf(taken);
            taken.add(bridge);
            flags.add("--bip=" + bridge.hostNotation(1));
        }
        if (pools.isEmpty() && !options.gives("--default-address-pool")) {
            Ipv4Network pool = AddressPlan.poolClearOf(taken);
            taken.add(pool);
            pools.add(new AddressPool(pool.toString(), AddressPlan.POOL_NETWORK_PREFIX));
        }
        pools.forEach(pool -> flags.add("--default-address-pool=base=" + pool.base() + ",size=" + pool.size()));
        flags.add("--label=" + EngineLabels.DEPTH + "=" + (facts.nesting().depth() + 1));
        flags.add("--label=" + EngineLabels.TAKEN_NETWORKS + "="
                + taken.stream().map(Ipv4Network::toString).distinct().collect(Collectors.joining("+")));
        return flags;
    }

    private static List<String> flagsOf(StorageDriver driver) {
        return switch (driver) {
            case OVERLAY2 -> List.of("--storage-driver=overlay2");
            case FUSE_OVERLAYFS -> List.of("--storage-driver=fuse-overlayfs");
            case VFS -> List.of("--storage-driver=vfs");
            case CONTAINERD_OVERLAYFS -> List.of("--feature=containerd-snapshotter=true", "--storage-driver=overlayfs");
        };
    }
}
