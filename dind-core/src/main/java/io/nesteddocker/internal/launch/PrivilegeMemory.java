package io.nesteddocker.internal.launch;

import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Privilege;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, while this program runs, which outer engines cannot grant {@code --privileged}, so that each is asked only once.
 *
 * <p>An engine before version 23 passes every capability that it knows to its runtime; if the engine's own bounding set lacks one, the
 * runtime refuses. Thread-safe.
 */
final class PrivilegeMemory {

    private static final Logger LOG = LoggerFactory.getLogger(PrivilegeMemory.class);
    private static final Set<String> REFUSING_ENGINES = ConcurrentHashMap.newKeySet();

    private PrivilegeMemory() {}

    /** Returns the privilege to request from the outer engine. */
    static Privilege choose(Options options, OuterEngine outer) {
        boolean hopeless = options.container().privilege().kind() == Privilege.Kind.PRIVILEGED
                && !options.container().privilegeRequired()
                && REFUSING_ENGINES.contains(outer.facts().engineId());
        return hopeless ? leastInstead(outer) : options.container().privilege();
    }

    /** Returns the privilege to request after the outer engine has refused {@code --privileged}, or throws if the options require it. */
    static Privilege afterRefusal(Options options, OuterEngine outer, String engineWords, @Nullable Throwable cause) {
        if (options.container().privilegeRequired()) {
            throw new OuterEngineException(
                    "Tried to start a privileged daemon container on the outer engine at " + outer.description()
                            + " but it cannot grant every capability: \"" + engineWords
                            + "\"; use privileged(), which falls back to least privilege there, or privilege(Privilege.leastPrivilege()).",
                    cause);
        }
        REFUSING_ENGINES.add(outer.facts().engineId());
        return leastInstead(outer);
    }

    private static Privilege leastInstead(OuterEngine outer) {
        LOG.warn(
                "The outer engine at {} cannot grant every capability, so the daemon container gets least privilege instead of"
                        + " --privileged; to avoid this warning, use privilege(Privilege.leastPrivilege())",
                outer.description());
        return Privilege.leastPrivilege();
    }
}
