package io.nesteddocker.internal.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Makes the address of a Unix socket; {@link URI#getPath()} returns its path unchanged, whatever characters it contains. */
public final class SocketAddress {

    private SocketAddress() {}

    /** Returns the address {@code unix:///...} of a socket. */
    public static URI of(Path socket) {
        return of(socket.toString());
    }

    /** Returns the address of a socket whose path may be one on another machine. */
    public static URI of(String path) {
        try {
            return new URI("unix", "", path, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "Tried to use the Unix socket \"" + path
                            + "\" but that is not an absolute path; give one such as /var/run/docker.sock.",
                    e);
        }
    }
}
