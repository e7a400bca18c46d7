package io.nesteddocker.internal.http;

import java.io.IOException;

/** A transport that can turn a request into a byte stream whose directions can be closed separately. Thread-safe. */
public interface Upgrades {

    /** Returns whether the connections of this transport can become such streams; those over a named pipe can't. */
    boolean canUpgrade();

    /**
     * Sends a request that asks the daemon to switch from HTTP to a byte stream.
     *
     * @param path the path with its query
     * @param json the request's body
     * @return the byte stream, which the caller closes
     * @throws IOException if the daemon refuses, with its answer in the message, or can't be reached
     */
    DaemonConnection upgrade(String path, byte[] json) throws IOException;
}
