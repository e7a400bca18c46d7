package io.nesteddocker.internal.inner;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.RemoteApiVersion;
import io.nesteddocker.internal.http.ApiVersions;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.DaemonHttpClient;
import io.nesteddocker.internal.http.DockerClients;
import io.nesteddocker.internal.http.Link;
import io.nesteddocker.internal.registry.RegistryCredentials;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The engine in a daemon container, and this program's client of it. Thread-safe. */
public final class InnerEngine implements Closeable {

    private final DaemonHttpClient http;
    private final ExplainedHttpClient explained;
    private final DockerClient client;
    private final String apiVersion;

    private InnerEngine(DaemonHttpClient http, ExplainedHttpClient explained, DockerClient client, String apiVersion) {
        this.http = http;
        this.explained = explained;
        this.client = client;
        this.apiVersion = apiVersion;
    }

    /**
     * Creates a client for a link that has answered.
     *
     * @param daemonName the daemon container's name, for messages
     * @param toldVersion the highest API version that the engine reported
     * @param reasonOfTheEnd returns a clause with the reason why the daemon container has ended, once it has
     * @param bindSources checks the paths that inner containers mount
     * @param credentials the credentials for registries
     */
    public static InnerEngine connect(
            String daemonName,
            Link link,
            String toldVersion,
            Supplier<Optional<String>> reasonOfTheEnd,
            BindSources bindSources,
            RegistryCredentials credentials) {
        DaemonHttpClient http = DaemonHttpClient.open(link);
        RemoteApiVersion version = ApiVersions.agreeOn(toldVersion).orElseGet(() -> ApiVersions.negotiate(http));
        ExplainedHttpClient explained = new ExplainedHttpClient(daemonName, http, bindSources, reasonOfTheEnd);
        DockerClient client = DockerClients.open(explained, version, link.dockerHost(), credentials);
        return new InnerEngine(http, explained, client, version.getVersion());
    }

    /** Returns the client, which stays the same when the engine restarts. */
    public DockerClient client() {
        return client;
    }

    /** Returns the negotiated API version. */
    public String apiVersion() {
        return apiVersion;
    }

    /** Opens a raw connection to the API, for a caller that speaks HTTP itself. */
    public DaemonConnection connect() throws IOException {
        return http.connect();
    }

    /** Returns calls that the client lacks. */
    EngineCalls calls() {
        return new EngineCalls(http);
    }

    /**
     * Sets the listener that receives the name or ID of each container that a call of the client has started or ended, before the call
     * returns.
     */
    public void afterContainerCalls(Consumer<String> listener) {
        explained.afterContainerCalls(listener);
    }

    /** Drops the connections to an engine that has ended. */
    public void forgetConnections() {
        http.reset();
    }

    /** Closes the client's connections, and makes {@code because} the reason of the failures that follow. */
    public void abandon(String because) {
        explained.abandon(because);
        http.close();
    }

    /** Closes the client's connections; {@link DockerClient#close} of the client itself does nothing. */
    @Override
    public void close() {
        http.close();
    }
}
