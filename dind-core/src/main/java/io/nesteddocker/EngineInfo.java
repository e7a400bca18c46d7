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
 * @param link how the program reaches the inner API: {@code unix socket}, {@code exec tunnel}, {@code TLS} or {@code plain TCP}
 */
public record EngineInfo(
        String version,
        String apiVersion,
        String storageDriver,
        int cgroupVersion,
        int depth,
        Privilege granted,
        String link) {}
