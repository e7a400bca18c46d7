package io.nesteddocker.internal.options;

import io.nesteddocker.DataRoot;
import io.nesteddocker.StorageDriver;
import java.time.Duration;
import java.util.List;

/**
 * All options of a daemon, by subject. Immutable and thread-safe.
 *
 * @param container the daemon container as the outer engine sees it
 * @param daemon {@code dockerd} itself
 * @param registries registries
 * @param network the outer network, names and proxies
 * @param storage what the daemon container has on its disks
 * @param connection how this program reaches the outer and the inner engine
 * @param lifecycle times, and who receives reports
 */
public record Options(
        ContainerOptions container,
        DaemonOptions daemon,
        RegistryOptions registries,
        NetworkOptions network,
        StorageOptions storage,
        ConnectionOptions connection,
        LifecycleOptions lifecycle) {

    /** The options that a new builder has. */
    public static Options defaults() {
        return new Options(
                ContainerOptions.DEFAULTS,
                DaemonOptions.DEFAULTS,
                RegistryOptions.NONE,
                NetworkOptions.DEFAULTS,
                StorageOptions.DEFAULTS,
                ConnectionOptions.DEFAULTS,
                LifecycleOptions.DEFAULTS);
    }

    /** The options of a daemon of the same kind that fills a volume with images. */
    public Options forSeed(String volume, StorageDriver storageDriver, Duration startupTimeout) {
        return new Options(
                container.ofTheSameKind(),
                daemon.leavesStorageDriverOpen() ? daemon.storageDriver(storageDriver) : daemon,
                RegistryOptions.NONE,
                NetworkOptions.DEFAULTS,
                StorageOptions.DEFAULTS.dataRoot(DataRoot.volume(volume)),
                ConnectionOptions.DEFAULTS.outerOf(connection),
                LifecycleOptions.DEFAULTS.startupTimeout(startupTimeout));
    }

    /** The same options, but without reuse if reuse is off in this program, so that the daemon ends with the program. */
    public Options asReusedHere() {
        return lifecycle.reuse().isEmpty() || ReuseOptions.isOn() ? this : with(lifecycle.notReused());
    }

    /** The same options without the log consumer and the progress listener. */
    public Options silent() {
        return with(lifecycle.silent());
    }

    private Options with(LifecycleOptions others) {
        return new Options(container, daemon, registries, network, storage, connection, others);
    }

    /** A hash of these options. Programs with equal hashes can use the same daemon. */
    public String fingerprint() {
        return Fingerprint.of(this);
    }

    /** What of these options may be shown: no value of an environment variable, no password, no address of a proxy. */
    @Override
    public String toString() {
        return String.join(
                ", ",
                List.of(
                        container.toString(),
                        daemon.toString(),
                        registries.toString(),
                        network.toString(),
                        storage.toString(),
                        connection.toString(),
                        lifecycle.toString()));
    }
}
