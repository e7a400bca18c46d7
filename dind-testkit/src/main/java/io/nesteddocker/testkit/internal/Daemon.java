package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * A daemon in a store of JUnit, started once when first asked for and ended with the store. Thread-safe.
 *
 * <p>JUnit closes an {@link AutoCloseable} from 5.13 on, and {@link Store.CloseableResource} before that.
 */
@SuppressWarnings("deprecation")
final class Daemon implements Store.CloseableResource, AutoCloseable {

    private final Supplier<NestedDocker> start;
    private @Nullable NestedDocker docker;
    private @Nullable RuntimeException failure;
    private boolean closed;

    Daemon(Supplier<NestedDocker> start) {
        this.start = start;
    }

    /** The daemon; a start that failed once is not tried again. */
    synchronized NestedDocker docker() {
        NestedDocker known = docker;
        if (known != null) {
            return known;
        }
        if (failure != null) {
            throw failure;
        }
        if (closed) {
            throw new IllegalStateException(
                    "Tried to use a nested daemon but the test that it belongs to is over; ask for it in a test.");
        }
        try {
            NestedDocker started = start.get();
            docker = started;
            return started;
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    /** The daemon where it has been started. */
    synchronized Optional<NestedDocker> started() {
        return Optional.ofNullable(docker);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (docker != null) {
            docker.close();
        }
    }
}
