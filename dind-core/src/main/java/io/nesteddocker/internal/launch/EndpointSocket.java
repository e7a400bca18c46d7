package io.nesteddocker.internal.launch;

import io.nesteddocker.internal.inner.ApiSocket;
import io.nesteddocker.internal.link.Link;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.sweep.SessionFolder;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Gives programs beside this one an address of an inner API. */
public final class EndpointSocket {

    private EndpointSocket() {}

    /** The address that the link has, or that of a socket which is served from now on. */
    public static URI dockerHostOf(RunningDaemon daemon) throws IOException {
        if (!(daemon.link() instanceof Link.TunnelLink)) {
            return daemon.link().dockerHost();
        }
        Path folder = SessionFolder.create();
        daemon.undo().push("remove the endpoint's folder", () -> SessionFolder.delete(folder));
        Path socket = folder.resolve(ContainerPlan.SOCKET_NAME);
        Closeable server = ApiSocket.serve(daemon.inner(), daemon.name(), socket);
        daemon.undo().push("stop serving the endpoint", server::close);
        return URI.create("unix://" + socket);
    }
}
