package io.nesteddocker.internal.http;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import io.nesteddocker.internal.registry.RegistryCredentials;
import java.net.URI;

/**
 * Makes docker-java clients that use only the configuration they are given.
 *
 * <p>Thread-safe: it holds no state.
 */
public final class DockerClients {

    private DockerClients() {}

    /**
     * Makes a client on top of a transport.
     *
     * <p>The configuration comes from a bare builder: {@code DOCKER_HOST}, contexts, properties files and
     * {@code config.json} describe the outer engine and must not leak into a client for an inner one.
     *
     * @param http the transport, which is closed with the client
     * @param version the API version to use, from {@link ApiVersions#negotiate}
     * @param host the daemon's address, which the client only reports, because the transport decides where requests go;
     *     docker-java has no scheme for a tunnel, so there the client reports the socket's usual path
     */
    public static DockerClient open(DockerHttpClient http, RemoteApiVersion version, URI host) {
        return open(http, version, host, RegistryCredentials.NONE);
    }

    /**
     * Makes a client that has credentials for registries; see {@link #open(DockerHttpClient, RemoteApiVersion, URI)}.
     *
     * @param credentials the credentials for pulls, pushes and builds that specify none themselves
     */
    public static DockerClient open(
            DockerHttpClient http, RemoteApiVersion version, URI host, RegistryCredentials credentials) {
        DefaultDockerClientConfig config = new DefaultDockerClientConfig.Builder()
                .withDockerHost(known(host))
                .withApiVersion(version)
                .build();
        return DockerClientImpl.getInstance(new EngineClientConfig(config, credentials), http);
    }

    private static String known(URI host) {
        return switch (host.getScheme()) {
            case "exec", "ssh" -> "unix:///var/run/docker.sock";
            default -> host.toString();
        };
    }
}
