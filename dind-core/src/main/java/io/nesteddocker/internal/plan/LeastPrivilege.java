package io.nesteddocker.internal.plan;

import java.util.List;
import java.util.Map;

/** What a daemon needs of the outer engine when it is not privileged. {@code docs/privilege.md} says the same to users. */
public final class LeastPrivilege {

    /** Capabilities on top of those that any container has, each with its reason. */
    public static final Map<String, String> CAPABILITIES = Map.of(
            "SYS_ADMIN", "mount layers, cgroups and namespaces of inner containers",
            "NET_ADMIN", "make bridges, addresses and packet filter rules for inner networks",
            "SYS_PTRACE", "let `docker exec` and `docker top` enter inner processes");

    /** Security profiles that would refuse mounts. */
    public static final List<String> SECURITY_OPTIONS =
            List.of("seccomp=unconfined", "apparmor=unconfined", "label=disable");

    /** Inner containers get device nodes of their own, which the outer device cgroup has to allow. */
    public static final List<String> DEVICE_RULES = List.of("a *:* rwm");

    private LeastPrivilege() {}
}
