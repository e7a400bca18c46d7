package io.nesteddocker.internal.inner;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The inner engines of this program, by the host name that they tell: the beginning of the daemon container's identity.
 *
 * <p>So one that is named by its address is known too, whatever the address. Thread-safe.
 */
public final class OwnEngines {

    /** How much of a container's identity the outer engine makes its host name. */
    private static final int HOST_NAME_LENGTH = 12;

    private static final Map<String, InnerEngine> ENGINES = new ConcurrentHashMap<>();

    private OwnEngines() {}

    /** Remembers the engine in a daemon container. */
    public static void add(String containerId, InnerEngine engine) {
        ENGINES.put(hostName(containerId), engine);
    }

    /** Forgets it. */
    public static void remove(String containerId, InnerEngine engine) {
        ENGINES.remove(hostName(containerId), engine);
    }

    /** The engine that tells a host name. */
    public static Optional<InnerEngine> named(String hostName) {
        return Optional.ofNullable(ENGINES.get(hostName));
    }

    private static String hostName(String containerId) {
        return containerId.substring(0, Math.min(HOST_NAME_LENGTH, containerId.length()));
    }
}
