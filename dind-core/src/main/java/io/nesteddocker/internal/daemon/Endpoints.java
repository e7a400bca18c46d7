package io.nesteddocker.internal.daemon;

import io.nesteddocker.Endpoint;
import io.nesteddocker.Endpoint.ClientConfig;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.Guard;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.launch.Access;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.reach.ApiSocket;
import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.reach.ContextFolder;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Creates the data that other programs need to reach an inner API, each part when it is first requested. Thread-safe. */
final class Endpoints {

    private final String daemonName;
    private final Guard guard;
    private final Access access;
    private final InnerEngine inner;
    private final UndoStack undo;
    private @Nullable Endpoint endpoint;
    private @Nullable ClientConfig clientConfig;

    /**
     * Creates the endpoints of one daemon.
     *
     * @param undo gets the actions that remove what is created here
     */
    Endpoints(String daemonName, Guard guard, Access access, InnerEngine inner, UndoStack undo) {
        this.daemonName = daemonName;
        this.guard = guard;
        this.access = access;
        this.inner = inner;
        this.undo = undo;
    }

    synchronized Endpoint endpoint() {
        guard.refuseWhenClosed("use the endpoint of");
        Endpoint known = endpoint;
        if (known == null) {
            boolean byTls = access.link().ssl() != null;
            known = new Endpoint(
                    dockerHost(),
                    access.keys().filter(keys -> byTls).map(this::write).orElse(null));
            endpoint = known;
        }
        return known;
    }

    synchronized ClientConfig clientConfig() {
        Endpoint known = endpoint();
        ClientConfig config = clientConfig;
        if (config == null) {
            config = guard.get(
                    "write a client configuration for",
                    () -> new ClientConfig(ContextFolder.write(known, undo), ContextFolder.NAME));
            clientConfig = config;
        }
        return config;
    }

    /**
     * Returns the link's address. If the link is a tunnel, starts to serve the API on a new Unix socket and returns the socket's address.
     */
    private URI dockerHost() {
        Link link = access.link();
        if (!(link instanceof Link.TunnelLink)) {
            return link.dockerHost();
        }
        try {
            Path folder = SessionFolder.create();
            undo.push("remove the endpoint's folder", () -> SessionFolder.delete(folder));
            Path socket = folder.resolve(ContainerPlan.SOCKET_NAME);
            Closeable server = ApiSocket.serve(inner, daemonName, socket);
            undo.push("stop serving the endpoint", server::close);
            return URI.create("unix://" + socket);
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to serve the inner API of " + daemonName + " on a Unix socket but that failed: "
                            + Reason.of(e) + ". " + SessionFolder.CURE,
                    e);
        }
    }

    private Path write(ClientKeys keys) {
        try {
            return keys.write(undo);
        } catch (IOException e) {
            throw new NestedDockerException(
                    "Tried to write the certificates of " + daemonName + " to a private folder but that failed: "
                            + Reason.of(e) + ". " + SessionFolder.CURE,
                    e);
        }
    }
}
