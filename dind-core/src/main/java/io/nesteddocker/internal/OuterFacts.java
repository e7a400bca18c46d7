package io.nesteddocker.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the outer engine said of itself.
 *
 * @param engineId the engine's own identity, for remembering what it can grant
 * @param version the engine's version
 * @param apiVersion the newest API version it speaks
 * @param architecture its processors, in the words of images: {@code amd64}, {@code arm64}
 * @param operatingSystem the name of its operating system
 * @param cgroupVersion 1 or 2
 * @param userNamespaceRemapped whether root in its containers is somebody else outside
 * @param runtimes the names of its runtimes
 * @param depth 0 for an engine that is not ours, 1 for a daemon of ours on that, and so on
 * @param takenNetworks the addresses that its networks, and those of all engines above it, use
 * @param sharesFileSystem whether it seems to run on this machine's kernel, so that a bind mount may share a folder with this program
 * @param sharedFolder for an engine in a daemon container of this machine: the folder of this machine that its container has at
 *     {@code ContainerPlan.SHARED_MOUNT}
 * @param ports where its published ports are opened and reached
 * @param sharedFolders for an engine in a daemon container: the folders of the outermost machine that its container has at their paths
 */
public record OuterFacts(
        String engineId,
        String version,
        String apiVersion,
        String architecture,
        String operatingSystem,
        int cgroupVersion,
        boolean userNamespaceRemapped,
        Set<String> runtimes,
        int depth,
        List<Ipv4Network> takenNetworks,
        boolean sharesFileSystem,
        Optional<Path> sharedFolder,
        PublishedPorts ports,
        List<SharedFolder> sharedFolders) {

    /** Whether the engine speaks at least this API version. */
    public boolean speaks(String version) {
        String[] have = apiVersion.split("\\.", 2);
        String[] want = version.split("\\.", 2);
        int major = Integer.compare(Integer.parseInt(have[0]), Integer.parseInt(want[0]));
        return major != 0 ? major > 0 : Integer.parseInt(have[1]) >= Integer.parseInt(want[1]);
    }
}
