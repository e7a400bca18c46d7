package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.plan.ContainerPlanner;
import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.reach.ExecTunnel;
import io.nesteddocker.internal.relay.Relay;
import io.nesteddocker.internal.sweep.UndoStack;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The ways in which this program and others reach a daemon.
 *
 * @param link the connection to the inner API
 * @param keys the key and certificates for clients if the API listens with TLS, on a published port or not; otherwise empty
 * @param relay carries streams into the daemon container
 * @param onThisKernel whether a session folder has proved that the outer engine runs on this machine's kernel
 */
public record Access(Link link, Optional<ClientKeys> keys, Relay relay, boolean onThisKernel) {

    /** The folder in a container that contains the library's files. */
    static final String FOLDER = "/" + ContainerPlanner.FOLDER;

    /** Makes the relay of a container. {@code obstacle} is the reason why it can't carry streams, or empty. */
    static Relay relay(OuterEngine outer, String containerId, Optional<String> obstacle, UndoStack undo) {
        Relay relay = new Relay(outer.containers(), containerId, FOLDER, obstacle);
        undo.push("end the relay", relay::close);
        return relay;
    }

    /** Reaches the API's socket in a folder that this program and the container share. */
    static Link socketIn(Path folder) {
        return new Link.UnixSocketLink(folder.resolve(ContainerPlan.SOCKET_NAME));
    }

    /** Reaches a port of the API, which listens with TLS if there are keys. */
    static Link port(String host, int port, Optional<ClientKeys> keys) {
        return keys.<Link>map(known -> new Link.TlsLink(host, port, known.context()))
                .orElseGet(() -> new Link.PlainLink(host, port));
    }

    /** Reaches the API of the container with that name through its relay. */
    static Link tunnel(Relay relay, String name, UndoStack undo) {
        ExecTunnel tunnel = new ExecTunnel(relay, name);
        undo.push("close the tunnel", tunnel::close);
        return new Link.TunnelLink(tunnel);
    }
}
