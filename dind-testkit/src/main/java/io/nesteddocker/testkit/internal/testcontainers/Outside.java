package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;
import org.testcontainers.utility.ResourceReaper;

/**
 * The outer engine, as Testcontainers would use it without this library. When the engine is first used, and not before, Testcontainers
 * finds it, checks it and starts Ryuk on it.
 *
 * <p>Thread-safe.
 */
final class Outside implements Side {

    private final DockerClientFactory factory;
    private final ResourceReaper reaper;
    private final @Nullable AtomicBoolean ryukStarted;
    private final Object firstUse = new Object();
    private volatile boolean used;

    /** Copies what the shared factory of Testcontainers has found so far. */
    @SuppressWarnings("deprecation")
    Outside(DockerClientFactory everybodys) {
        factory = PrivateMembers.anotherFactory();
        for (String field : new String[] {"strategy", "client", "cachedClientFailure", "activeApiVersion"}) {
            PrivateMembers.put(factory, field, PrivateMembers.of(everybodys, field));
        }
        reaper = ResourceReaper.instance();
        ryukStarted = reaper.getClass().getSimpleName().equals("RyukResourceReaper")
                        && PrivateMembers.of(reaper, "started") instanceof AtomicBoolean started
                ? started
                : null;
        used = PrivateMembers.of(factory, "client") != null;
        if (ryukStarted != null && !ryukStarted.get()) {
            // Testcontainers starts Ryuk when the first container is created on any engine. Here, Ryuk must start only
            // when the outer engine is first used.
            ryukStarted.set(true);
            used = false;
        }
    }

    @Override
    public DockerClient client() {
        if (!used) {
            synchronized (firstUse) {
                return used ? factory.client() : firstClient();
            }
        }
        return factory.client();
    }

    /** Starts Ryuk if needed, and returns the client. The reaper's lock keeps other threads from starting Ryuk inside meanwhile. */
    @SuppressWarnings("deprecation")
    private DockerClient firstClient() {
        AtomicBoolean started = ryukStarted;
        if (started == null) {
            used = true;
            return factory.client();
        }
        synchronized (reaper) {
            used = true;
            started.set(false);
            DockerClient client = factory.client();
            reaper.getLabels();
            return client;
        }
    }

    @Override
    public NestedDockerBuilder nest() {
        return NestedDocker.builder().outer(client());
    }

    @Override
    public String host() {
        return factory.dockerHostIpAddress();
    }

    @Override
    public TransportConfig transport() {
        return factory.getTransportConfig();
    }

    @Override
    public Info info() {
        return factory.getInfo();
    }

    /** Returns the path of the engine's socket, for containers that mount it, or null if the engine's address contains the path. */
    @Nullable
    String socketPath() {
        return strategy().getRemoteDockerUnixSocketPath();
    }

    boolean allowsUserOverrides() {
        return strategy().allowUserOverrides();
    }

    private DockerClientProviderStrategy strategy() {
        factory.getTransportConfig();
        if (PrivateMembers.of(factory, "strategy") instanceof DockerClientProviderStrategy strategy) {
            return strategy;
        }
        throw new IllegalStateException(
                "Tried to find out how Testcontainers connects to the outer engine but it has no"
                        + " strategy of the expected type; use Testcontainers 1.21.4 or 2.0.5.");
    }

    @Override
    public boolean isOpen() {
        return used;
    }
}
