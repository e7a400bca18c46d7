package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.VolumeOptions;
import java.util.ArrayList;
import java.util.List;

/** A helper's plan in docker-java's words. */
final class HelperRequest {

    private HelperRequest() {}

    static CreateContainerCmd of(DockerClient client, HelperPlan plan) {
        List<Mount> mounts = new ArrayList<>();
        plan.binds().forEach((path, source) -> mounts.add(bind(source, path)));
        plan.volumes()
                .forEach((path, volume) -> mounts.add(new Mount()
                        .withType(MountType.VOLUME)
                        .withSource(volume)
                        .withTarget(path)
                        .withVolumeOptions(new VolumeOptions().withNoCopy(true))));
        // Only with SYS_ADMIN may it read and write the marks of overlay file systems (trusted.*).
        HostConfig host = HostConfig.newHostConfig()
                .withAutoRemove(true)
                .withNetworkMode("none")
                .withCapAdd(Capability.SYS_ADMIN)
                .withSecurityOpts(List.of("label=disable"))
                .withMounts(mounts);
        if (plan.hostUsers()) {
            host.withUsernsMode("host");
        }
        CreateContainerCmd request = client.createContainerCmd(plan.image())
                .withEntrypoint(plan.command())
                .withCmd(List.of())
                .withLabels(plan.labels())
                .withUser("0:0")
                .withWorkingDir("/")
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withTty(false)
                .withHostConfig(host);
        if (!plan.name().isEmpty()) {
            request.withName(plan.name());
        }
        return request;
    }

    /** Without what is mounted further down, which in an engine's data root would be the file systems of its containers. */
    private static Mount bind(String source, String target) {
        BindOptions options = new BindOptions();
        DockerObjectAccessor.overrideRawValue(options, "NonRecursive", true);
        return new Mount()
                .withType(MountType.BIND)
                .withSource(source)
                .withTarget(target)
                .withBindOptions(options);
    }
}
