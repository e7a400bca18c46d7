package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.RemoteApiVersion;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.OuterPorts;
import io.nesteddocker.internal.http.ApiVersions;
import io.nesteddocker.internal.http.DaemonHttpClient;
import io.nesteddocker.internal.http.DockerClients;
import io.nesteddocker.internal.http.Reason;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client of the outer engine, and the engine's place.
 *
 * @param client the client
 * @param description the place where the engine was found, for messages
 * @param address the name or address at which the engine's published ports are reached
 * @param local whether the engine is reached through this machine, by a socket or a pipe
 * @param instance a name for this run of the engine, if its runs can be distinguished
 * @param owned whether this connection closes the client
 */
public record OuterConnection(
        DockerClient client,
        String description,
        String address,
        boolean local,
        Optional<String> instance,
        boolean owned)
        implements Closeable {

    /** Uses a client that the caller closes. */
    static OuterConnection handedIn(DockerClient client) {
        return new OuterConnection(
                client,
                "the client that was passed to outer(..)",
                OuterPorts.LOOPBACK_ADDRESS,
                true,
                Optional.empty(),
                false);
    }

    /** Connects to an engine and negotiates an API version. Ends early if it is cancelled. */
    static OuterConnection open(URI uri, @Nullable SSLContext ssl, String description, Cancellation cancellation) {
        DaemonHttpClient http = DaemonHttpClient.open(uri, ssl);
        Cancellation.Registration registration = cancellation.onCancel(http::close);
        try {
            RemoteApiVersion version = ApiVersions.negotiate(http);
            boolean tcp = uri.getScheme().toLowerCase(Locale.ROOT).matches("tcp|https?|ssh");
            String address = tcp ? uri.getHost() : OuterPorts.LOOPBACK_ADDRESS;
            return new OuterConnection(
                    DockerClients.open(http, version, uri),
                    description,
                    address,
                    !tcp,
                    EngineDescription.instanceAt(uri),
                    true);
        } catch (RuntimeException e) {
            closeQuietly(http, e);
            throw e;
        } finally {
            registration.close();
        }
    }

    private static void closeQuietly(Closeable closeable, Exception primary) {
        try {
            closeable.close();
        } catch (IOException e) {
            primary.addSuppressed(e);
        }
    }

    /** Closes the client, unless the user passed it in. */
    @Override
    public void close() {
        if (!owned) {
            return;
        }
        try {
            client.close();
        } catch (IOException e) {
            throw new OuterEngineException(
                    "Tried to close the client of the outer engine at " + description
                            + " but that failed: " + Reason.of(e)
                            + ". Nothing needs to be done; its connections end with this program.",
                    e);
        }
    }
}
