package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import org.jspecify.annotations.Nullable;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/** Tells Testcontainers about the engine that the calling thread uses. */
final class RoutingStrategy extends DockerClientProviderStrategy {

    private static final String INNER_SOCKET = "/var/run/docker.sock";

    private final Outside outside;

    RoutingStrategy(Outside outside) {
        this.outside = outside;
    }

    @Override
    public String getDescription() {
        return "the outer engine, or the nested daemon that the calling thread uses";
    }

    @Override
    protected boolean isPersistable() {
        return false;
    }

    @Override
    public boolean allowUserOverrides() {
        return Routing.here() == outside && outside.allowsUserOverrides();
    }

    @Override
    public @Nullable String getRemoteDockerUnixSocketPath() {
        return Routing.here() == outside ? outside.socketPath() : INNER_SOCKET;
    }

    @Override
    public TransportConfig getTransportConfig() {
        return Routing.here().transport();
    }

    @Override
    public DockerClient getDockerClient() {
        return Routing.here().client();
    }

    /** Returns the host for the calling thread. Unlike the overridden method, this is not synchronized: the result differs by thread. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public String getDockerHostIpAddress() {
        return Routing.host();
    }

    @Override
    public Info getInfo() {
        return Routing.here().info();
    }
}
