package io.nesteddocker.internal.options;

import io.nesteddocker.StorageDriver;
import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.Ipv4Network;
import io.nesteddocker.internal.http.ApiVersions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The options for {@code dockerd} itself.
 *
 * @param logLevel one of debug, info, warn, error, fatal, or the empty string for the daemon's default
 * @param addressPools pools for inner networks, or none to let the library plan them
 * @param storageDriver the storage driver, or none to let the daemon choose
 * @param minimumApiVersion the lowest version of the API that the daemon accepts, or the empty string for the daemon's default
 * @param arguments further flags
 */
public record DaemonOptions(
        String logLevel,
        List<AddressPool> addressPools,
        Optional<StorageDriver> storageDriver,
        String minimumApiVersion,
        List<String> arguments) {

    static final DaemonOptions DEFAULTS = new DaemonOptions("", List.of(), Optional.empty(), "", List.of());

    /** The variable in which {@code dockerd} looks for the lowest version of the API. */
    public static final String MINIMUM_API_VERSION = "DOCKER_MIN_API_VERSION";

    private static final Set<String> LOG_LEVELS = Set.of("debug", "info", "warn", "error", "fatal");

    /** The addresses of "this network", loopback and link-local addresses, and all from the multicast range up (RFC 6890). */
    private static final List<Ipv4Network> UNUSABLE = List.of(
            Ipv4Network.parse("0.0.0.0/8"),
            Ipv4Network.parse("127.0.0.0/8"),
            Ipv4Network.parse("169.254.0.0/16"),
            Ipv4Network.parse("224.0.0.0/3"));

    /**
     * A range of addresses that is divided into inner networks.
     *
     * @param base an IPv4 network such as {@code 10.200.0.0/16}
     * @param size the prefix length of each inner network, for example 24
     */
    public record AddressPool(String base, int size) {}

    /** Returns the same options with one more pool. */
    public DaemonOptions addressPool(String base, int size) {
        Ipv4Network network = Ipv4Network.parse(base);
        if (network.overlapsAny(UNUSABLE)) {
            throw new IllegalArgumentException("Tried to use the address pool " + base
                    + " but it overlaps with the reserved ranges " + UNUSABLE
                    + ", which a network can't use; give a private range such as 10.200.0.0/16.");
        }
        if (size < network.prefix() || size > 30) {
            throw new IllegalArgumentException("Tried to cut networks of /" + size + " from the address pool " + base
                    + " but the size must be a prefix length from " + network.prefix()
                    + " to 30; give one such as 24.");
        }
        AddressPool pool = new AddressPool(network.toString(), size);
        return new DaemonOptions(
                logLevel, Copies.plus(addressPools, pool), storageDriver, minimumApiVersion, arguments);
    }

    /** Returns the same options with another log level. */
    public DaemonOptions logLevel(String level) {
        if (!LOG_LEVELS.contains(level)) {
            throw new IllegalArgumentException("Tried to use the log level \"" + level
                    + "\" but dockerd knows debug, info, warn, error and fatal; give one of these.");
        }
        return new DaemonOptions(level, addressPools, storageDriver, minimumApiVersion, arguments);
    }

    /** Returns the same options with a storage driver. */
    public DaemonOptions storageDriver(StorageDriver driver) {
        return new DaemonOptions(logLevel, addressPools, Optional.of(driver), minimumApiVersion, arguments);
    }

    /** Returns the same options with the lowest version of the API that the engine accepts. */
    public DaemonOptions minimumApiVersion(String version) {
        Given.value(version, "the lowest version of the API");
        if (!ApiVersions.isUsable(version)) {
            throw new IllegalArgumentException("Tried to set the lowest version of the API to \"" + version
                    + "\" but it must be from 1.24, the lowest that an engine accepts here, to " + ApiVersions.highest()
                    + ", the highest that this library's own client uses; pass a version such as 1.24.");
        }
        return new DaemonOptions(logLevel, addressPools, storageDriver, version, arguments);
    }

    /** Returns the same options with one more flag. */
    public DaemonOptions argument(String argument) {
        if (!argument.startsWith("-")) {
            throw new IllegalArgumentException(
                    "Tried to pass the daemon argument \"" + argument
                            + "\" but dockerd takes flags only; write a flag and its value as one argument, such as --mtu=1400.");
        }
        return new DaemonOptions(
                logLevel, addressPools, storageDriver, minimumApiVersion, Copies.plus(arguments, argument));
    }

    /** Shows the flags without their values, because a value may be a secret, for example of a log driver. */
    @Override
    public String toString() {
        return String.join(
                "",
                logLevel.isEmpty() ? "" : "logLevel=" + logLevel + ", ",
                addressPools.isEmpty() ? "" : "addressPools=" + addressPools + ", ",
                storageDriver.map(driver -> "storageDriver=" + driver + ", ").orElse(""),
                minimumApiVersion.isEmpty() ? "" : "minimumApiVersion=" + minimumApiVersion + ", ",
                "daemonArgs="
                        + arguments.stream()
                                .map(argument -> argument.split("[= ]", 2)[0])
                                .toList());
    }

    /** Whether one of these flags is among the arguments, with or without a value. */
    public boolean gives(String... flags) {
        return arguments.stream().map(DaemonOptions::flag).anyMatch(List.of(flags)::contains);
    }

    /** Whether a flag sets the data root. */
    public boolean movesDataRoot() {
        return gives("--data-root", "--graph", "-g");
    }

    /** Returns the flag in an argument. The value of a short flag may follow it without a separator. */
    static String flag(String argument) {
        boolean isShort = argument.length() > 2 && argument.charAt(0) == '-' && argument.charAt(1) != '-';
        return isShort ? argument.substring(0, 2) : argument.split("=", 2)[0];
    }

    boolean leavesStorageDriverOpen() {
        return storageDriver.isEmpty()
                && arguments.stream()
                        .noneMatch(argument -> argument.startsWith("--storage-driver")
                                || argument.startsWith("-s")
                                || argument.startsWith("--feature=containerd-snapshotter"));
    }
}
