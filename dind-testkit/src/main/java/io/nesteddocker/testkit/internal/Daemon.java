package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testkit.internal.testcontainers.Routing;
import io.nesteddocker.testkit.internal.testcontainers.Scope;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * A daemon in a store of JUnit, started once when first asked for and let go of with the store. Thread-safe.
 *
 * <p>JUnit closes an {@link AutoCloseable} from 5.13 on, and {@link Store.CloseableResource} before that.
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

    /** The daemon; a start that failed once is not tried again. */
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

    /** The daemon where it has been started. */
    synchronized Optional<Running> started() {
        return Optional.ofNullable(running);
    }

    /** Keeps the daemon known to Testcontainers, so that containers started in one test are reached in the next. */
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
