package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.api.model.VolumeOptions;
import java.util.List;
import java.util.Map;

/**
 * A short-lived container without a network that does one task as root, and is removed when it has ended.
 *
 * @param name its name, or the empty string for a generated one
 * @param image its image
 * @param command the program and its arguments
 * @param labels its labels
 * @param mounts folders of the outer host and names of the outer engine's volumes, by their paths in the container
 * @param access its access to these mounts
 */
public record HelperPlan(
        String name,
        String image,
        List<String> command,
        Map<String, String> labels,
        Map<String, String> mounts,
        Access access) {

    /** A helper's access to its mounts. */
    public enum Access {
        /** The helper reads files, also those in mounts below its own mounts. */
        READ,
        /** The helper reads and writes files, and the attributes of overlay file systems. */
        WRITE,
        /** As {@link #WRITE}, but outside the user namespace in which the outer engine starts containers. */
        WRITE_AS_REAL_ROOT,
        /** The helper is never started; the outer engine copies files into the volumes that it has mounted. */
        RECEIVE
    }

    CreateContainerCmd request(DockerClient client) {
        HostConfig host = HostConfig.newHostConfig()
                .withAutoRemove(true)
                .withNetworkMode("none")
                .withSecurityOpts(List.of("label=disable"));
        if (access == Access.READ) {
            // Otherwise, the engine would write the helper's output into a log.
            host.withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
                    .withBinds(mounts.entrySet().stream()
                            .map(mount -> new Bind(mount.getValue(), new Volume(mount.getKey()), AccessMode.ro))
                            .toList());
        } else {
            host.withMounts(mounts.entrySet().stream()
                    .map(mount -> writable(mount.getValue(), mount.getKey()))
                    .toList());
        }
        if (access == Access.WRITE || access == Access.WRITE_AS_REAL_ROOT) {
            // Only with SYS_ADMIN can the helper read and write the attributes of overlay file systems (trusted.*).
            host.withCapAdd(Capability.SYS_ADMIN);
        }
        if (access == Access.WRITE_AS_REAL_ROOT) {
            host.withUsernsMode("host");
        }
        CreateContainerCmd request = client.createContainerCmd(image)
                .withEntrypoint(command)
                .withCmd(List.of())
                .withLabels(labels)
                .withUser("0:0")
                .withWorkingDir("/")
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withTty(false)
                .withHostConfig(host);
        return name.isEmpty() ? request : request.withName(name);
    }

    private static Mount writable(String source, String path) {
        Mount mount = new Mount().withSource(source).withTarget(path);
        if (!source.startsWith("/")) {
            return mount.withType(MountType.VOLUME).withVolumeOptions(new VolumeOptions().withNoCopy(true));
        }
        // Mounts below an engine's data root are the file systems of its containers.
        BindOptions options = new BindOptions();
        DockerObjectAccessor.overrideRawValue(options, "NonRecursive", true);
        return mount.withType(MountType.BIND).withBindOptions(options);
    }
}
