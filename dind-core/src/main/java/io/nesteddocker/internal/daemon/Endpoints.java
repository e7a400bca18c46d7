package io.nesteddocker.internal.daemon;

import io.nesteddocker.Endpoint;
import io.nesteddocker.Endpoint.ClientConfig;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.reach.ApiSocket;
import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.reach.ContextFolder;
import io.nesteddocker.internal.sweep.SessionFolder;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Creates the data that other programs need to reach an inner API, each part when it is first requested. Thread-safe. */
final class Endpoints {

    private final Daemon daemon;
    private @Nullable Endpoint endpoint;
    private @Nullable ClientConfig clientConfig;

    Endpoints(Daemon daemon) {
        this.daemon = daemon;
    }

    synchronized Endpoint endpoint() {
        daemon.guard().refuseWhenClosed("use the endpoint of");
        Endpoint known = endpoint;
        if (known == null) {
            boolean byTls = daemon.access().link().ssl() != null;
            known = new Endpoint(
                    dockerHost(),
                    daemon.access()
                            .keys()
                            .filter(keys -> byTls)
                            .map(this::write)
                            .orElse(null));
            endpoint = known;
        }
        return known;
    }

    synchronized ClientConfig clientConfig() {
        Endpoint known = endpoint();
        ClientConfig config = clientConfig;
        if (config == null) {
            config = daemon.guard()
                    .get(
                            "write a client configuration for",
                            () -> new ClientConfig(ContextFolder.write(known, daemon.undo()), ContextFolder.NAME));
            clientConfig = config;
        }
        return config;
    }

    /**
     * Returns the link's address. If the link is a tunnel, starts to serve the API on a new Unix socket and returns the socket's address.
     */
    private URI dockerHost() {
        Link link = daemon.access().link();
        if (!(link instanceof Link.TunnelLink)) {
            return link.dockerHost();
        }
        try {
            Path folder = SessionFolder.create();
            daemon.undo().push("remove the endpoint's folder", () -> SessionFolder.delete(folder));
            Path socket = folder.resolve(ContainerPlan.SOCKET_NAME);
            Closeable server = ApiSocket.serve(daemon.inner(), daemon.name(), socket);
            daemon.undo().push("stop serving the endpoint", server::close);
            return URI.create("unix://" + socket);
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to serve the inner API of " + daemon.name() + " on a Unix socket but that failed: "
                            + Reason.of(e) + ". " + SessionFolder.CURE,
                    e);
        }
    }

    private Path write(ClientKeys keys) {
        try {
            return keys.write(daemon.undo());
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to write the certificates of " + daemon.name() + " to a private folder but that failed: "
                            + Reason.of(e) + ". " + SessionFolder.CURE,
                    e);
        }
    }
}
