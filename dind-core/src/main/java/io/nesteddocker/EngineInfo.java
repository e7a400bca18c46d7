package io.nesteddocker;

/**
 * Facts about an inner engine, and the privilege of its daemon container.
 *
 * @param version the inner engine's version, for example {@code 26.1.5}
 * @param apiVersion the API version that the inner client uses, for example {@code 1.45}
 * @param storageDriver the inner engine's storage driver, for example {@code overlay2} or {@code overlayfs}
 * @param cgroupVersion 1 or 2
 * @param depth 1 for a daemon on the program's own engine, 2 for a daemon inside that one, and so on
 * @param granted the privilege that the outer engine granted to the daemon container
 * @param connection how this program reaches the inner API: {@link ConnectionMode#DIRECT} by a socket or a port, or
 *     {@link ConnectionMode#TUNNEL}
 */
public record EngineInfo(
        String version,
        String apiVersion,
        String storageDriver,
        int cgroupVersion,
        int depth,
        Privilege granted,
        ConnectionMode connection) {

    /**
     * Facts that an outer engine reports about itself and about the daemons on it.
     *
     * @param description the place where the engine was found, for messages
     * @param version the outer engine's version, for example {@code 26.1.5}
     * @param processors the number of processors of its machine, or 0 if the engine does not report it
     * @param memoryBytes the memory of its machine in bytes, or 0 if the engine does not report it
     * @param daemons the number of daemon containers on it, those of other programs included
     */
    public record Outer(String description, String version, int processors, long memoryBytes, int daemons) {}
}
