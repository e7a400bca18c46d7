package io.nesteddocker.internal.plan;

import io.nesteddocker.internal.OuterFacts;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What a daemon needs of the outer engine when it is not privileged. {@code docs/privilege.md} says the same to users. */
public final class LeastPrivilege {

    /** Capabilities on top of those that any container has, each with its reason. */
    public static final Map<String, String> CAPABILITIES = Map.of(
            "SYS_ADMIN", "mount layers, cgroups and namespaces of inner containers",
            "NET_ADMIN", "make bridges, addresses and packet filter rules for inner networks",
            "SYS_PTRACE", "let `docker exec` and `docker top` enter inner processes");

    /** Capabilities that Docker gives to each container by default and Podman does not; the inner engine needs them to do the same. */
    private static final Set<String> MISSING_ON_PODMAN = Set.of("AUDIT_WRITE", "MKNOD", "NET_RAW");

    /** Security profiles that would refuse mounts. */
    public static final List<String> SECURITY_OPTIONS =
            List.of("seccomp=unconfined", "apparmor=unconfined", "label=disable");

    /** Inner containers get device nodes of their own, which the outer device cgroup has to allow. */
    public static final List<String> DEVICE_RULES = List.of("a *:* rwm");

    private LeastPrivilege() {}

    /** The capabilities to ask an engine for. */
    public static Set<String> capabilities(OuterFacts.Kind engine) {
        Set<String> capabilities = new TreeSet<>(CAPABILITIES.keySet());
        if (engine.isPodman()) {
            capabilities.addAll(MISSING_ON_PODMAN);
        }
        return Collections.unmodifiableSet(capabilities);
    }

    /** The device rules to ask an engine for; without root, Podman can set none and refuses them. */
    public static List<String> deviceRules(OuterFacts.Kind engine) {
        return engine == OuterFacts.Kind.DOCKER || engine == OuterFacts.Kind.PODMAN ? DEVICE_RULES : List.of();
    }
}
