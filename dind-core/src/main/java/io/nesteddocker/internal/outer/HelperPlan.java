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
 * A short-lived container without a network that does one chore as root, and goes when it has ended.
 *
 * @param name its name, or the empty string for any
 * @param image the image that it is made from
 * @param command the program and its arguments
 * @param labels its labels
 * @param mounts folders of the outer host and names of the outer engine's volumes, by the paths that it has them at
 * @param access what it may do with them
 */
public record HelperPlan(
        String name,
        String image,
        List<String> command,
        Map<String, String> labels,
        Map<String, String> mounts,
        Access access) {

    /** What a helper may do with what it has mounted. */
    public enum Access {
        /** It reads files, and those in what is mounted further down. */
        READ,
        /** It reads and writes files, and the marks of overlay file systems. */
        WRITE,
        /** The same outside the user namespace in which the outer engine starts containers. */
        WRITE_AS_REAL_ROOT,
        /** It is never started; the outer engine puts files into the volumes that it has mounted. */
        RECEIVE
    }

    CreateContainerCmd request(DockerClient client) {
        HostConfig host = HostConfig.newHostConfig()
                .withAutoRemove(true)
                .withNetworkMode("none")
                .withSecurityOpts(List.of("label=disable"));
        if (access == Access.READ) {
            // The engine would write into a log what it reads.
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
            // Only with SYS_ADMIN may it read and write the marks of overlay file systems (trusted.*).
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
        // What is mounted further down in an engine's data root would be the file systems of its containers.
        BindOptions options = new BindOptions();
        DockerObjectAccessor.overrideRawValue(options, "NonRecursive", true);
        return mount.withType(MountType.BIND).withBindOptions(options);
    }
}
