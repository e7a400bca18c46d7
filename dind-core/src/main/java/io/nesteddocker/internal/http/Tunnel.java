package io.nesteddocker.internal.http;

import java.io.IOException;

/** Opens streams to a daemon that has neither a socket nor a port on this machine. Thread-safe. */
public interface Tunnel {

    /** Returns the target, for messages and as the host of an address: a container's name, or an ssh host. */
    String target();

    /**
     * Opens one more stream to the daemon.
     *
     * @throws IOException if it can't be opened; its message says why
     */
    DaemonConnection open() throws IOException;

    /** Takes back a stream that is as good as new: keeps it for the next {@link #open()}, or closes it. */
    void keep(DaemonConnection spare);
}
