package io.nesteddocker;

import io.nesteddocker.NestedDockerSpec.AddressPool;
import io.nesteddocker.NestedDockerSpec.DaemonOptions;
import io.nesteddocker.internal.Ipv4Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The options of a builder for {@code dockerd} itself; checks and collects their values. */
final class DaemonOptionsDraft {

    private static final Set<String> LOG_LEVELS = Set.of("debug", "info", "warn", "error", "fatal");

    /** The addresses of "this network", loopback and link-local addresses, and all from the multicast range up (RFC 6890). */
    private static final List<Ipv4Network> UNUSABLE = List.of(
            Ipv4Network.parse("0.0.0.0/8"),
            Ipv4Network.parse("127.0.0.0/8"),
            Ipv4Network.parse("169.254.0.0/16"),
            Ipv4Network.parse("224.0.0.0/3"));

    private final List<AddressPool> addressPools = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private String logLevel = "";
    private @Nullable StorageDriver storageDriver;

    DaemonOptionsDraft() {}

    DaemonOptionsDraft(DaemonOptions options) {
        addressPools.addAll(options.addressPools());
        arguments.addAll(options.arguments());
        logLevel = options.logLevel();
        storageDriver = options.storageDriver().orElse(null);
    }

    DaemonOptions toOptions() {
        return new DaemonOptions(
                logLevel, List.copyOf(addressPools), Optional.ofNullable(storageDriver), List.copyOf(arguments));
    }

    void addressPool(String base, int size) {
        Ipv4Network network = Ipv4Network.parse(base);
        if (network.overlapsAny(UNUSABLE)) {
            throw new IllegalArgumentException("Tried to use the address pool " + base
                    + " but it overlaps with the reserved ranges " + UNUSABLE
                    + ", which a network can't use; give a private range such as 10.200.0.0/16.");
        }
        if (size < network.prefix() || size > 30) {
            throw new IllegalArgumentException("Tried to cut networks of /" + size + " from the address pool " + base
                    + " but the size is a prefix length from " + network.prefix() + " to 30; give one such as 24.");
        }
        addressPools.add(new AddressPool(network.toString(), size));
    }

    void logLevel(String level) {
        if (!LOG_LEVELS.contains(level)) {
            throw new IllegalArgumentException("Tried to use the log level \"" + level
                    + "\" but dockerd knows debug, info, warn, error and fatal; give one of these.");
        }
        logLevel = level;
    }

    boolean leavesStorageDriverOpen() {
        return storageDriver == null
                && arguments.stream()
                        .noneMatch(argument -> argument.startsWith("--storage-driver")
                                || argument.startsWith("-s")
                                || argument.startsWith("--feature=containerd-snapshotter"));
    }

    void storageDriver(StorageDriver driver) {
        storageDriver = driver;
    }

    void argument(String argument) {
        if (!argument.startsWith("-")) {
            throw new IllegalArgumentException(
                    "Tried to pass the daemon argument \"" + argument
                            + "\" but dockerd takes flags only; write a flag and its value as one argument, such as --mtu=1400.");
        }
        arguments.add(argument);
    }
}
