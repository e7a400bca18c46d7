package io.nesteddocker.testkit.internal.testcontainers;

/** The use of a side, for example by a thread, which lasts until the scope is closed. Thread-safe. */
public final class Scope implements AutoCloseable {

    private final Side side;
    private final Runnable atEnd;
    private boolean open = true;

    Scope(Side side, Runnable atEnd) {
        this.side = side;
        this.atEnd = atEnd;
    }

    Side side() {
        return side;
    }

    synchronized boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (!open) {
                return;
            }
            open = false;
        }
        atEnd.run();
    }
}
