package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.internal.testcontainers.Routing;
import io.nesteddocker.testkit.internal.testcontainers.Scope;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * A daemon in a store of JUnit. It starts when it is first used, and is released when the store is closed. Thread-safe.
 *
 * <p>JUnit closes each {@link AutoCloseable} since 5.13, and each {@link Store.CloseableResource} before that.
 */
@SuppressWarnings("deprecation")
final class Daemon implements Store.CloseableResource, AutoCloseable {

    private final Supplier<Running> start;
    private @Nullable Running running;
    private @Nullable RuntimeException failure;
    private @Nullable Scope known;
    private boolean closed;

    Daemon(Supplier<Running> start) {
        this.start = start;
    }

    /** Returns the daemon, and starts it on the first call. If the start fails, later calls throw the same exception. */
    synchronized NestedDocker docker() {
        if (running != null) {
            return running.docker();
        }
        if (failure != null) {
            throw failure;
        }
        if (closed) {
            throw new IllegalStateException(
                    "Tried to use a nested daemon but the test that it belongs to is over; ask for it in a test.");
        }
        try {
            Running started = start.get();
            running = started;
            return started.docker();
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    /** Returns the daemon if it has been started. */
    synchronized Optional<Running> started() {
        return Optional.ofNullable(running);
    }

    /** Registers the daemon for Testcontainers until it is closed, so that tests can use containers of earlier tests. */
    synchronized void makeKnownToTestcontainers() {
        NestedDocker docker = docker();
        if (known == null && !closed) {
            known = Routing.hold(docker);
        }
    }

    @Override
    public synchronized void close() {
        boolean first = !closed;
        closed = true;
        if (first && known != null) {
            known.close();
        }
        if (first && running != null) {
            running.letGo().run();
        }
    }
}
