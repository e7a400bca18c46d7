package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.Privilege;
import java.util.ArrayList;
import java.util.List;

/**
 * The privilege that the outer engine grants a daemon container. It is read from one of our daemon containers, so that all contenders have
 * exactly the same privilege.
 *
 * @param granted the privilege as the library names it
 * @param model the host configuration of a container that has this privilege
 */
record GrantedPrivilege(Privilege granted, HostConfig model) {

    /** Makes the cgroups writable. Without {@code --privileged} they are mounted read-only, and dockerd could not run containers. */
    private static final String WRITABLE_CGROUPS =
            "for mount in /sys/fs/cgroup /sys/fs/cgroup/*/; do mount -o remount,bind,rw \"$mount\" 2>/dev/null; done; exec \"$@\"";

    static GrantedPrivilege of(NestedDocker nested, OuterEngine outer) {
        InspectContainerResponse container =
                outer.client().inspectContainerCmd(nested.daemonContainerId()).exec();
        return new GrantedPrivilege(nested.engine().granted(), container.getHostConfig());
    }

    /** Gives another container the same privilege. */
    void giveTo(HostConfig host) {
        host.withPrivileged(isFull())
                .withCapAdd(model.getCapAdd())
                .withSecurityOpts(model.getSecurityOpts())
                .withDeviceCgroupRules(model.getDeviceCgroupRules())
                .withCgroupnsMode(model.getCgroupnsMode())
                .withUsernsMode(model.getUsernsMode());
        for (String paths : List.of("MaskedPaths", "ReadonlyPaths")) {
            DockerObjectAccessor.overrideRawValue(
                    host, paths, model.getRawValues().get(paths));
        }
    }

    /** Returns the entrypoint, with arguments, that runs {@code dockerd} with these flags. */
    List<String> dockerd(String... flags) {
        List<String> command = new ArrayList<>();
        if (!isFull()) {
            command.addAll(List.of("/bin/sh", "-c", WRITABLE_CGROUPS, "sh"));
        }
        command.add("dockerd");
        command.addAll(List.of(flags));
        return command;
    }

    /** Describes the privilege for the reader of the figures. */
    String text() {
        return isFull()
                ? "privileged, for all contenders"
                : granted
                        + ", for all contenders (this engine doesn't grant --privileged); for the daemons that are not ours, a shell"
                        + " first makes the cgroup mounts writable";
    }

    private boolean isFull() {
        return granted.kind() == Privilege.Kind.PRIVILEGED;
    }
}
