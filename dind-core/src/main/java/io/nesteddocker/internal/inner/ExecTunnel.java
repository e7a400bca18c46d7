package io.nesteddocker.internal.inner;

import io.nesteddocker.internal.link.DaemonConnection;
import io.nesteddocker.internal.link.Quietly;
import io.nesteddocker.internal.link.Tunnel;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.relay.Relay;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Reaches an inner API through commands in its daemon container. Thread-safe. */
public final class ExecTunnel implements Tunnel {

    /** The port on the daemon container's own loopback address, for images where nothing can open a Unix socket. */
    public static final int TLS_PORT = 2376;

    private static final String SOCKET = "/var/run/docker.sock";

    private final Relay relay;
    private final String target;
    private final Optional<Supplier<SSLContext>> tls;
    private final AtomicReference<@Nullable DaemonConnection> spare = new AtomicReference<>();

    /**
     * A tunnel into a daemon container.
     *
     * @param name the container's name
     * @param tls what opens its TLS port, where it may have one
     */
    public ExecTunnel(OuterContainers containers, String containerId, String name, Optional<Supplier<SSLContext>> tls) {
        relay = new Relay(containers, containerId);
        target = name;
        this.tls = tls;
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public DaemonConnection open() throws IOException {
        DaemonConnection kept = spare.getAndSet(null);
        if (kept != null) {
            if (kept.isQuiet()) {
                return kept;
            }
            kept.close();
        }
        Relay.Stream stream = relay.open("socket", SOCKET, String.valueOf(TLS_PORT));
        if (!stream.kind().equals("tls")) {
            return stream.connection();
        }
        if (tls.isEmpty()) {
            stream.connection().close();
            throw new IOException("the image has nothing that can open a Unix socket: perl, python3, docker or socat");
        }
        return DaemonConnection.secured(
                stream.connection(), "127.0.0.1", TLS_PORT, tls.get().get());
    }

    @Override
    public void keep(DaemonConnection stream) {
        DaemonConnection surplus = spare.getAndSet(stream);
        if (surplus != null) {
            Quietly.close(surplus);
        }
    }

    /** Ends the tunnel and all of its streams. */
    public void close() {
        relay.close();
        DaemonConnection kept = spare.getAndSet(null);
        if (kept != null) {
            Quietly.close(kept);
        }
    }
}
