package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.Privilege;
import java.util.ArrayList;
import java.util.List;

/**
 * What the outer engine grants a daemon container: read back from one of ours, so that all contenders have exactly the same.
 *
 * @param granted in the library's words
 * @param model a container that has it
 */
record HostPrivilege(Privilege granted, HostConfig model) {

    /** Without {@code --privileged} the cgroups are mounted read-only, and a dockerd that can't write there can't run containers. */
    private static final String WRITABLE_CGROUPS =
            "for mount in /sys/fs/cgroup /sys/fs/cgroup/*/; do mount -o remount,bind,rw \"$mount\" 2>/dev/null; done; exec \"$@\"";

    static HostPrivilege of(NestedDocker nested, OuterEngine outer) {
        InspectContainerResponse container =
                outer.client().inspectContainerCmd(nested.daemonContainerId()).exec();
        return new HostPrivilege(nested.engine().granted(), container.getHostConfig());
    }

    /** Gives another container the same. */
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

    /** What to run instead of a bare {@code dockerd}, as an entrypoint and its arguments. */
    List<String> dockerd(String... flags) {
        List<String> command = new ArrayList<>();
        if (!isFull()) {
            command.addAll(List.of("/bin/sh", "-c", WRITABLE_CGROUPS, "sh"));
        }
        command.add("dockerd");
        command.addAll(List.of(flags));
        return command;
    }

    /** What the reader of the figures has to know. */
    String words() {
        return isFull()
                ? "privileged, all of them"
                : granted
                        + ", all of them (this engine doesn't grant --privileged), so the daemons that are not ours have a shell"
                        + " before them that makes the cgroup mounts writable";
    }

    private boolean isFull() {
        return granted.kind() == Privilege.Kind.PRIVILEGED;
    }
}
