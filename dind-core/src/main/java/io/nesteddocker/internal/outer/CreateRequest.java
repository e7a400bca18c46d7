package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.VolumeOptions;
import io.nesteddocker.DataRoot;
import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.internal.options.Limits;
import io.nesteddocker.internal.options.NetworkOptions;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.plan.ContainerPlan.Rights;
import io.nesteddocker.internal.plan.LeastPrivilege;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Translates a container plan into a request of docker-java. */
final class CreateRequest {

    private CreateRequest() {}

    static CreateContainerCmd of(DockerClient client, ContainerPlan plan) {
        HostConfig host = HostConfig.newHostConfig().withAutoRemove(plan.removedAtItsEnd());
        privilege(host, plan.rights());
        storage(host, plan);
        limits(host, plan.options().container().limits());
        names(host, plan.options().network());
        CreateContainerCmd request = client.createContainerCmd(
                        plan.options().container().image().reference())
                .withName(plan.name())
                .withEntrypoint(plan.program().entrypoint())
                .withCmd(plan.program().arguments())
                .withEnv(plan.program().environment())
                .withLabels(plan.labels())
                .withUser("0:0")
                .withWorkingDir("/")
                .withStdinOpen(plan.leased())
                .withStdInOnce(plan.leased())
                .withAttachStdin(plan.leased())
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withTty(false);
        plan.apiBinding().ifPresent(port -> {
            ExposedPort inside = ExposedPort.tcp(port.containerPort());
            Ports.Binding outside = port.hostPort() == 0
                    ? Ports.Binding.bindIp(port.hostAddress())
                    : Ports.Binding.bindIpAndPort(port.hostAddress(), port.hostPort());
            request.withExposedPorts(inside);
            host.withPortBindings(new PortBinding(outside, inside));
        });
        if (plan.options().connection().publishing().mapping() == PortMapping.SAME) {
            host.withSysctls(Map.of(PortRange.SETTING, PortRange.free()));
        }
        NetworkOptions network = plan.options().network();
        if (!network.name().isEmpty()) {
            host.withNetworkMode(network.name());
            request.withAliases(plan.aliases());
        }
        return request.withHostConfig(host);
    }

    /** Sets the privileges. {@code systempaths=unconfined} is an option of the docker command; in the API, it is two empty lists. */
    private static void privilege(HostConfig host, Rights rights) {
        if (rights.privateCgroups()) {
            host.withCgroupnsMode("private");
        }
        switch (rights.privilege().kind()) {
            case PRIVILEGED -> {
                host.withPrivileged(true);
                if (rights.remapsUsers()) {
                    host.withUsernsMode("host");
                }
            }
            case LEAST -> {
                host.withCapAdd(LeastPrivilege.capabilities(rights.grantedBy()).stream()
                        .map(Capability::valueOf)
                        .toArray(Capability[]::new));
                host.withSecurityOpts(LeastPrivilege.SECURITY_OPTIONS);
                host.withDeviceCgroupRules(LeastPrivilege.deviceRules(rights.grantedBy()));
                DockerObjectAccessor.overrideRawValue(host, "MaskedPaths", List.of());
                DockerObjectAccessor.overrideRawValue(host, "ReadonlyPaths", List.of());
            }
            case RUNTIME -> host.withRuntime(rights.privilege().runtimeName());
        }
    }

    /**
     * Sets the mounts. Memory is mounted with {@code exec}, {@code suid} and {@code dev}, because inner containers run programs from it.
     */
    private static void storage(HostConfig host, ContainerPlan plan) {
        List<Mount> mounts = new ArrayList<>();
        DataRoot root = plan.options().storage().dataRoot();
        switch (root.kind()) {
            case MEMORY ->
                host.withTmpFs(Map.of(ContainerPlan.DATA_ROOT_MOUNT, "rw,exec,suid,dev,size=" + root.sizeInBytes()));
            case NAMED_VOLUME ->
                mounts.add(new Mount()
                        .withType(MountType.VOLUME)
                        .withSource(root.volumeName())
                        .withTarget(ContainerPlan.DATA_ROOT_MOUNT));
            case ANONYMOUS_VOLUME ->
                mounts.add(new Mount()
                        .withType(MountType.VOLUME)
                        .withTarget(ContainerPlan.DATA_ROOT_MOUNT)
                        .withVolumeOptions(
                                new VolumeOptions().withLabels(plan.mounts().dataRootLabels())));
        }
        plan.mounts()
                .socketFolder()
                .ifPresent(folder -> mounts.add(new Mount()
                        .withType(MountType.BIND)
                        .withSource(folder.there())
                        .withTarget(ContainerPlan.SESSION_MOUNT)));
        plan.mounts()
                .seed()
                .ifPresent(seed -> mounts.add(new Mount()
                        .withType(MountType.VOLUME)
                        .withSource(seed.volume())
                        .withTarget(seed.path())
                        .withReadOnly(true)
                        .withVolumeOptions(new VolumeOptions().withNoCopy(true).withLabels(seed.labels()))));
        plan.options()
                .storage()
                .folders()
                .forEach(folder -> mounts.add(new Mount()
                        .withType(MountType.BIND)
                        .withSource(folder.path())
                        .withTarget(folder.path())
                        .withReadOnly(folder.readOnly())));
        host.withMounts(mounts);
    }

    private static void names(HostConfig host, NetworkOptions network) {
        if (!network.dns().isEmpty()) {
            host.withDns(network.dns());
        }
        if (!network.extraHosts().isEmpty()) {
            host.withExtraHosts(network.extraHosts().entrySet().stream()
                    .map(entry -> entry.getKey() + ":" + entry.getValue())
                    .toArray(String[]::new));
        }
    }

    private static void limits(HostConfig host, Limits limits) {
        if (limits.memoryBytes() > 0) {
            host.withMemory(limits.memoryBytes());
        }
        if (limits.cpus() > 0) {
            host.withNanoCPUs((long) (limits.cpus() * 1_000_000_000L));
        }
        if (limits.pids() > 0) {
            host.withPidsLimit(limits.pids());
        }
    }
}
