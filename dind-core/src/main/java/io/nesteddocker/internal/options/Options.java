package io.nesteddocker.internal.options;

import io.nesteddocker.DataRoot;
import io.nesteddocker.StorageDriver;
import java.time.Duration;
import java.util.List;

/**
 * All options of a daemon, by subject. Immutable and thread-safe.
 *
 * @param container the options for the daemon container as the outer engine sees it
 * @param daemon the options for {@code dockerd} itself
 * @param registries the options for registries
 * @param network the options for the outer network, names and proxies
 * @param storage the options for the data root, images and shared folders
 * @param connection the options for the connections to the outer and the inner engine
 * @param lifecycle the options for timeouts, reuse and listeners
 */
public record Options(
        ContainerOptions container,
        DaemonOptions daemon,
        RegistryOptions registries,
        NetworkOptions network,
        StorageOptions storage,
        ConnectionOptions connection,
        LifecycleOptions lifecycle) {

    /** Returns the options of a new builder. */
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

    /** Returns the options for a daemon of the same kind that fills a volume with images. */
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

    /** Returns the same options, but without reuse if reuse is off in this program, so that the daemon ends with the program. */
    public Options asReusedHere() {
        return lifecycle.reuse().isEmpty() || ReuseOptions.isOn() ? this : with(lifecycle.notReused());
    }

    /** Returns the same options without the log consumer and the progress listener. */
    public Options silent() {
        return with(lifecycle.silent());
    }

    private Options with(LifecycleOptions others) {
        return new Options(container, daemon, registries, network, storage, connection, others);
    }

    /** Returns a hash of these options. Programs with equal hashes can use the same daemon. */
    public String fingerprint() {
        return Fingerprint.of(this);
    }

    /** Returns a text for users, without values of environment variables, passwords and addresses of proxies. */
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
