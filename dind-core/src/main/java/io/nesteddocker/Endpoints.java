package io.nesteddocker;

import io.nesteddocker.internal.launch.ClientKeys;
import io.nesteddocker.internal.launch.ContextFolder;
import io.nesteddocker.internal.launch.EndpointSocket;
import io.nesteddocker.internal.launch.RunningDaemon;
import io.nesteddocker.internal.outer.Reason;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Creates what other programs need to reach an inner API, each part when it is first requested. Thread-safe. */
final class Endpoints {

    private final RunningDaemon daemon;
    private final Guard guard;
    private @Nullable Endpoint endpoint;
    private @Nullable ClientConfig clientConfig;

    Endpoints(RunningDaemon daemon, Guard guard) {
        this.daemon = daemon;
        this.guard = guard;
    }

    synchronized Endpoint endpoint() {
        guard.refuseWhenClosed("use the endpoint of");
        Endpoint known = endpoint;
        if (known == null) {
            known = new Endpoint(dockerHost(), daemon.keys().map(this::write).orElse(null));
            endpoint = known;
        }
        return known;
    }

    synchronized ClientConfig clientConfig() {
        Endpoint known = endpoint();
        ClientConfig config = clientConfig;
        if (config == null) {
            config = guard.run(
                    "write a configuration for",
                    () -> new ClientConfig(ContextFolder.write(known, daemon.undo()), ContextFolder.NAME));
            clientConfig = config;
        }
        return config;
    }

    private URI dockerHost() {
        try {
            return EndpointSocket.dockerHostOf(daemon);
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to serve the inner API of " + daemon.name() + " on a Unix socket but that failed: "
                            + Reason.of(e) + ". Point java.io.tmpdir at a folder that can be written.",
                    e);
        }
    }

    private Path write(ClientKeys keys) {
        try {
            return keys.write(daemon.undo());
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to write the certificates of " + daemon.name() + " to a private folder but that failed: "
                            + Reason.of(e) + ". Point java.io.tmpdir at a folder that can be written.",
                    e);
        }
    }
}
