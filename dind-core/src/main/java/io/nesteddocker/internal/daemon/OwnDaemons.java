package io.nesteddocker.internal.daemon;

import com.github.dockerjava.api.DockerClient;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The open daemons of this program, so that a daemon that starts inside another can find it. Thread-safe.
 *
 * <p>A daemon is found by its client or by its engine's host name, which is the beginning of the daemon container's ID. So it is found
 * regardless of the address through which it is reached.
 */
final class OwnDaemons {

    /** The number of digits of a container's ID that the outer engine uses as the container's host name. */
    private static final int HOST_NAME_LENGTH = 12;

    private static final Map<String, Daemon> BY_HOST_NAME = new ConcurrentHashMap<>();
    private static final Map<DockerClient, Daemon> BY_CLIENT = Collections.synchronizedMap(new IdentityHashMap<>());

    private OwnDaemons() {}

    static void add(Daemon daemon) {
        BY_HOST_NAME.put(hostName(daemon), daemon);
        BY_CLIENT.put(daemon.inner().client(), daemon);
    }

    static void remove(Daemon daemon) {
        BY_HOST_NAME.remove(hostName(daemon), daemon);
        BY_CLIENT.remove(daemon.inner().client(), daemon);
    }

    /** Returns the daemon that has this client. */
    static Optional<Daemon> withClient(DockerClient client) {
        return Optional.ofNullable(BY_CLIENT.get(client));
    }

    /** Returns the daemon whose engine has this host name. */
    static Optional<Daemon> withHostName(String hostName) {
        return Optional.ofNullable(BY_HOST_NAME.get(hostName));
    }

    private static String hostName(Daemon daemon) {
        String id = daemon.containerId();
        return id.substring(0, Math.min(HOST_NAME_LENGTH, id.length()));
    }
}
