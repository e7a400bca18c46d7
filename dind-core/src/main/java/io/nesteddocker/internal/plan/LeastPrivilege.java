package io.nesteddocker.internal.plan;

import io.nesteddocker.internal.OuterFacts;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The rights that an unprivileged daemon needs from the outer engine. {@code docs/privilege.md} describes them for users. */
public final class LeastPrivilege {

    /** The capabilities that the daemon needs in addition to the default ones, each with its reason. */
    public static final Map<String, String> CAPABILITIES = Map.of(
            "SYS_ADMIN", "mount layers, cgroups and namespaces of inner containers",
            "NET_ADMIN", "make bridges, addresses and packet filter rules for inner networks",
            "SYS_PTRACE", "let `docker exec` and `docker top` enter inner processes");

    /**
     * The capabilities that Docker grants to each container by default and Podman does not; the inner engine needs them to do as Docker
     * does.
     */
    private static final Set<String> MISSING_ON_PODMAN = Set.of("AUDIT_WRITE", "MKNOD", "NET_RAW");

    /** The security options that turn off profiles which would refuse mounts. */
    public static final List<String> SECURITY_OPTIONS =
            List.of("seccomp=unconfined", "apparmor=unconfined", "label=disable");

    /** The device rules; inner containers have device nodes of their own, which the outer device cgroup must allow. */
    public static final List<String> DEVICE_RULES = List.of("a *:* rwm");

    private LeastPrivilege() {}

    /** Returns the capabilities to request from an engine. */
    public static Set<String> capabilities(OuterFacts.Kind engine) {
        Set<String> capabilities = new TreeSet<>(CAPABILITIES.keySet());
        if (engine.isPodman()) {
            capabilities.addAll(MISSING_ON_PODMAN);
        }
        return Collections.unmodifiableSet(capabilities);
    }

    /** Returns the device rules to request from an engine; Podman without root can't set any and refuses them. */
    public static List<String> deviceRules(OuterFacts.Kind engine) {
        return engine == OuterFacts.Kind.DOCKER || engine == OuterFacts.Kind.PODMAN ? DEVICE_RULES : List.of();
    }
}
