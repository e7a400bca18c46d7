package io.nesteddocker.internal.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The address of a Unix socket; whatever is in its path, {@link URI#getPath()} gives it back. */
public final class SocketAddress {

    private SocketAddress() {}

    /** The address {@code unix:///...} of a socket. */
    public static URI of(Path socket) {
        return of(socket.toString());
    }

    /** The same for a path that may not be one of this machine. */
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
