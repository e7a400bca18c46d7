package io.nesteddocker.internal.inner;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.RemoteApiVersion;
import io.nesteddocker.internal.link.ApiVersions;
import io.nesteddocker.internal.link.DaemonHttpClient;
import io.nesteddocker.internal.link.DockerClients;
import io.nesteddocker.internal.link.Link;
import java.io.Closeable;
import java.io.IOException;

/** The engine inside a daemon container, and our client of it. Thread-safe. */
public final class InnerEngine implements Closeable {

    private final DaemonHttpClient http;
    private final DockerClient client;
    private final String apiVersion;

    private InnerEngine(DaemonHttpClient http, DockerClient client, String apiVersion) {
        this.http = http;
        this.client = client;
        this.apiVersion = apiVersion;
    }

    /** Connects through a link that has answered, and agrees on an API version. */
    public static InnerEngine connect(Link link) {
        DaemonHttpClient http = DaemonHttpClient.open(link.dockerHost(), link.ssl());
        try {
            RemoteApiVersion version = ApiVersions.negotiate(http);
            return new InnerEngine(http, DockerClients.open(http, version, link.dockerHost()), version.getVersion());
        } catch (RuntimeException e) {
            http.close();
            throw e;
        }
    }

    /** The client, which stays the same when the engine restarts. */
    public DockerClient client() {
        return client;
    }

    /** The API version that was agreed on. */
    public String apiVersion() {
        return apiVersion;
    }

    /** Drops the connections to an engine that is gone. */
    public void forgetConnections() {
        http.reset();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
