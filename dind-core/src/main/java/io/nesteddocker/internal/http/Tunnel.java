package io.nesteddocker.internal.http;

import java.io.IOException;

/** A way to a daemon that is neither a socket nor a port of this machine. Thread-safe. */
public interface Tunnel {

    /** Where it leads, for messages and as the host of an address: a container's name. */
    String target();

    /**
     * Opens one more stream to the daemon.
     *
     * @throws IOException if it can't be opened; its message says why
     */
    DaemonConnection open() throws IOException;

    /** Takes a stream back that is as good as new, for the next {@link #open()}; closes it where it has one already. */
    void keep(DaemonConnection spare);
}
