package io.nesteddocker.testkit.testcontainers;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.internal.testcontainers.Presence;
import io.nesteddocker.testkit.internal.testcontainers.Routing;
import io.nesteddocker.testkit.internal.testcontainers.Scope;
import java.util.Objects;

/**
 * Runs Testcontainers against a nested daemon, in this JVM.
 *
 * <pre>{@code
 * try (NestedTestcontainers inside = NestedTestcontainers.use(docker)) {
 *     GenericContainer<?> web = new GenericContainer<>("nginx:1.29").withExposedPorts(80);
 *     web.start(); // in the nested daemon
 *     URI.create("http://" + web.getHost() + ":" + web.getMappedPort(80));
 * }
 * }</pre>
 *
 * <p>This applies to the thread that calls {@link #use}, and to the work that Testcontainers does for that thread in other threads. So
 * threads that run at the same time can use different daemons. Each thread of your own, even in a pool, must call {@code use} itself:
 * otherwise its new containers are on the outer engine, and {@code getHost()} returns the host of the outer engine. All other calls about a
 * container go to the engine that has the container, from any thread.
 *
 * <p>Images come from the outer engine, which pulls the images that it lacks; the nested daemon pulls only images that the outer engine
 * can't pull. Mapped ports are on the loopback address of this machine. Testcontainers does not start Ryuk inside, because everything there
 * is removed together with the daemon.
 *
 * <p>Supports Testcontainers 1.21.4 and 2.0.5. Thread-safe.
 */
public final class NestedTestcontainers implements AutoCloseable {

    private final Scope scope;

    private NestedTestcontainers(Scope scope) {
        this.scope = scope;
    }

    /**
     * Makes Testcontainers use a nested daemon for the calling thread, until the result is closed.
     *
     * <p>If a thread has called this method several times, it uses the daemon of the latest call whose result is not closed.
     *
     * @param docker a running daemon; closing the result does not close it
     * @return a handle for the use of the daemon; close it before the daemon
     * @throws IllegalStateException if the daemon was closed, if Testcontainers is missing, or if its version has unknown internals
     */
    public static NestedTestcontainers use(NestedDocker docker) {
        Objects.requireNonNull(docker, "docker");
        docker.client();
        Presence.require("run Testcontainers against the nested daemon " + docker.name());
        return new NestedTestcontainers(Routing.enter(docker));
    }

    /**
     * Ends this use of the daemon. Several handles can be closed in any order, and by any thread. The containers stay.
     *
     * <p>The mapped ports of the containers are closed when the last use of the daemon ends. Closing again does nothing.
     */
    @Override
    public void close() {
        scope.close();
    }
}
