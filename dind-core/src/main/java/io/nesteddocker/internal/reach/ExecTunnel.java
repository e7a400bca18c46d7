package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.Tunnel;
import io.nesteddocker.internal.relay.Relay;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reaches an inner API through the relay in its daemon container. Thread-safe. */
public final class ExecTunnel implements Tunnel {

    private static final String SOCKET = "/var/run/docker.sock";

    private final Relay relay;
    private final String target;
    private final AtomicReference<@Nullable DaemonConnection> spare = new AtomicReference<>();

    /**
     * Creates a tunnel into a daemon container.
     *
     * @param name the container's name
     */
    public ExecTunnel(Relay relay, String name) {
        this.relay = relay;
        target = name;
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public DaemonConnection open() throws IOException {
        DaemonConnection kept = spare.getAndSet(null);
        if (kept != null) {
            if (kept.isIdle()) {
                return kept;
            }
            kept.close();
        }
        return relay.toSocket(SOCKET);
    }

    @Override
    public void keep(DaemonConnection stream) {
        DaemonConnection surplus = spare.getAndSet(stream);
        if (surplus != null) {
            Quietly.close(surplus);
        }
    }

    /** Closes the stream that is kept for the next request. */
    public void close() {
        DaemonConnection kept = spare.getAndSet(null);
        if (kept != null) {
            Quietly.close(kept);
        }
    }
}
