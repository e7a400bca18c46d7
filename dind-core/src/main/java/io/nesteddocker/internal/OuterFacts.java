package io.nesteddocker.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the outer engine said of itself.
 *
 * @param engineId the engine's own identity, for remembering what it can grant
 * @param apiVersion the newest API version it speaks
 * @param architecture its processors, in the words of images: {@code amd64}, {@code arm64}
 * @param support what it can do for containers
 * @param nesting where it is among engines inside each other
 * @param sharedFiles which folders it can share with its containers
 * @param ports where its published ports are opened and reached
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
     * What an engine can do for containers.
     *
     * @param runtimes the names of its runtimes
     * @param remapsUsers whether root in its containers is somebody else outside
     * @param kind which engine answers
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

        /** Whether it is Podman. */
        public boolean isPodman() {
            return this != DOCKER;
        }
    }

    /**
     * Where an engine is among engines inside each other.
     *
     * @param depth 0 for an engine that is not ours, 1 for a daemon of ours on that, and so on
     * @param takenNetworks the addresses that its networks, and those of all engines above it, use
     */
    public record Nesting(int depth, List<Ipv4Network> takenNetworks) {}

    /**
     * Which folders an engine can share with its containers.
     *
     * @param withProgram whether it seems to run on this machine's kernel, so that a bind mount may share a folder with this program
     * @param ofSessions for an engine in a daemon container of this machine: the folder of this machine that its container has at
     *     {@code ContainerPlan.SHARED_MOUNT}
     * @param folders for an engine in a daemon container: the folders of the outermost machine that its container has at their paths
     */
    public record SharedFiles(boolean withProgram, Optional<Path> ofSessions, List<SharedFolder> folders) {}

    /** Whether the engine speaks at least this API version. */
    public boolean speaks(String version) {
        String[] have = apiVersion.split("\\.", 2);
        String[] want = version.split("\\.", 2);
        int major = Integer.compare(Integer.parseInt(have[0]), Integer.parseInt(want[0]));
        return major != 0 ? major > 0 : Integer.parseInt(have[1]) >= Integer.parseInt(want[1]);
    }
}
