package io.nesteddocker.internal.http;

import java.io.IOException;

/** A transport that can turn a request into a byte stream whose directions end one by one. Thread-safe. */
public interface Upgrades {

    /** Whether the connections of this transport can be such streams; those over a named pipe can't. */
    boolean canUpgrade();

    /**
     * Sends a request that asks the daemon to let go of HTTP.
     *
     * @param path the path with its query
     * @param json the request's body
     * @return the byte stream, which the caller closes
     * @throws IOException if the daemon refuses, with what it said, or can't be reached
     */
    DaemonConnection upgrade(String path, byte[] json) throws IOException;
}
