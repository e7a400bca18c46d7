package io.nesteddocker.testkit.internal;

import io.nesteddocker.NestedDocker;
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

    @Override
    public synchronized void close() {
        if (!closed && running != null) {
            closed = true;
            running.letGo().run();
        }
        closed = true;
    }
}
