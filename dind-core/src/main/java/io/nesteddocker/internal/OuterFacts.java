package io.nesteddocker.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Facts that the outer engine has reported.
 *
 * @param engineId the engine's ID
 * @param apiVersion the newest API version that it supports
 * @param architecture its processor architecture, as images name it: {@code amd64}, {@code arm64}
 * @param support its support for containers
 * @param nesting its place among nested engines
 * @param sharedFiles the folders that it can share with its containers
 * @param ports the addresses at which its ports are published and reached
 */
public record OuterFacts(
        String engineId,
        String apiVersion,
        String architecture,
        ContainerSupport support,
        Nesting nesting,
        SharedFiles sharedFiles,
        OuterPorts ports) {

    /**
     * An engine's support for containers.
     *
     * @param runtimes the names of its runtimes
     * @param remapsUsers whether root in its containers is another user on the outer host
     * @param kind the kind of engine
     */
    public record ContainerSupport(Set<String> runtimes, boolean remapsUsers, Kind kind) {}

    /** The engines that have Docker's API but need different requests. */
    public enum Kind {
        /** Docker, or another engine that accepts the same requests. */
        DOCKER,
        /** Podman, run by root. */
        PODMAN,
        /** Podman, run by another user on cgroup v2. */
        ROOTLESS_PODMAN,
        /** Podman, run by another user on cgroup v1. */
        ROOTLESS_PODMAN_WITHOUT_CGROUPS;

        /** Returns whether the engine is Podman. */
        public boolean isPodman() {
            return this != DOCKER;
        }
    }

    /**
     * An engine's place among nested engines.
     *
     * @param depth 0 for an engine that is not a nested daemon, 1 for a nested daemon on it, and so on
     * @param takenNetworks the addresses that its networks and the networks of all engines above it use
     */
    public record Nesting(int depth, List<Ipv4Network> takenNetworks) {}

    /**
     * The folders that an engine can share with its containers.
     *
     * @param withProgram whether it seems to run on this machine's kernel, so that a bind mount may share a folder with this program
     * @param ofSessions for an engine in a daemon container of this machine: the session folder of this machine that is mounted in its
     * container at {@code ContainerPlan.SESSION_MOUNT}
     * @param folders for an engine in a daemon container: the folders of the outermost machine that are mounted in its container at the
     * same paths
     */
    public record SharedFiles(boolean withProgram, Optional<Path> ofSessions, List<SharedFolder> folders) {}

    /** Returns whether the engine supports this API version. */
    public boolean supportsApi(String version) {
        String[] have = apiVersion.split("\\.", 2);
        String[] want = version.split("\\.", 2);
        int major = Integer.compare(Integer.parseInt(have[0]), Integer.parseInt(want[0]));
        return major != 0 ? major > 0 : Integer.parseInt(have[1]) >= Integer.parseInt(want[1]);
    }
}
