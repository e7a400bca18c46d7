package io.nesteddocker.internal;

import java.io.InterruptedIOException;
import java.lang.reflect.Method;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Starts threads that mostly wait for bytes: virtual threads if the Java runtime supports them. Thread-safe. */
public final class Threads {

    private static final int LONGEST_WAIT_MILLIS = 2_000;

    private static final @Nullable ThreadFactory VIRTUAL = virtualThreads();

    private Threads() {}

    /** Starts a thread that does not prevent the program's end. */
    public static Thread start(String name, Runnable work) {
        Thread thread = VIRTUAL == null ? new Thread(work) : VIRTUAL.newThread(work);
        thread.setName(name);
        if (VIRTUAL == null) {
            thread.setDaemon(true);
        }
        thread.start();
        return thread;
    }

    /** Waits a moment for a thread that is about to end. */
    public static void awaitEnd(Thread thread) {
        try {
            thread.join(LONGEST_WAIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Restores the interrupt, and returns what a stream throws because of it. */
    public static InterruptedIOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("the thread was interrupted");
        interrupted.initCause(e);
        return interrupted;
    }

    /** Returns a factory of virtual threads, or null before Java 21. Uses reflection, because this class is compiled for Java 17. */
    private static @Nullable ThreadFactory virtualThreads() {
        if (Runtime.version().feature() < 21) {
            return null;
        }
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Method factory = Class.forName("java.lang.Thread$Builder").getMethod("factory");
            return (ThreadFactory) factory.invoke(builder);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
