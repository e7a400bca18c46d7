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
 * <p>It holds for the thread that calls {@link #use}, and for what Testcontainers does for that thread in threads of its own. So threads
 * that run at the same time can use different daemons. A thread or pool of your own says {@code use} itself: without it, new containers
 * of it are on the outer engine, and {@code getHost()} is the outer engine's. All else about a container goes to where that is.
 *
 * <p>Images come from the outer engine, which pulls what it lacks; only what it can't pull is pulled inside. Mapped ports are on the
 * loopback address of this machine. Testcontainers' Ryuk is left out: what is inside goes with the daemon.
 *
 * <p>For Testcontainers 1.21.4 and 2.0.5. Thread-safe.
 */
public final class NestedTestcontainers implements AutoCloseable {

    private final Scope scope;

    private NestedTestcontainers(Scope scope) {
        this.scope = scope;
    }

    /**
     * Leads what Testcontainers does for the calling thread to a nested daemon, until the result is closed.
     *
     * <p>Of several in one thread the one begun last, and not yet closed, holds.
     *
     * @param docker a running daemon, which is not closed by this
     * @return what to close, before the daemon
     * @throws IllegalStateException if the daemon was closed, or there is no Testcontainers, or one whose innards are not known
     */
    public static NestedTestcontainers use(NestedDocker docker) {
        Objects.requireNonNull(docker, "docker");
        docker.client();
        Presence.require("run Testcontainers against the nested daemon " + docker.name());
        return new NestedTestcontainers(Routing.enter(docker));
    }

    /**
     * Lets Testcontainers go back to what it used before, also when closed out of order or by another thread. The containers stay.
     *
     * <p>When nobody uses the daemon any more, the mapped ports of its containers end. Closing again does nothing.
     */
    @Override
    public void close() {
        scope.close();
    }
}
