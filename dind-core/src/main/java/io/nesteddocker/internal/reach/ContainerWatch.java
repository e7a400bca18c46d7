package io.nesteddocker.internal.reach;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import com.github.dockerjava.api.model.EventType;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Threads;
import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports which inner containers start, end, and leave a network. Begins to read the engine's events with the first listener, and reads
 * again whenever the engine has ended the stream. Thread-safe.
 */
public final class ContainerWatch implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerWatch.class);

    /** The engine's name of the event when a container leaves a network. */
    private static final String LEFT_NETWORK = "disconnect";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final DockerClient engine;
    private final String daemonName;
    private final BooleanSupplier daemonHasEnded;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final CountDownLatch streamOpen = new CountDownLatch(1);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Closeable stream;
    private boolean begun;
    private boolean paused;
    private boolean closed;

    /**
     * Creates a watch that does not read yet.
     *
     * @param daemonName the daemon container's name, for messages
     * @param daemonHasEnded whether the daemon container has ended, as far as is known
     */
    public ContainerWatch(DockerClient engine, String daemonName, BooleanSupplier daemonHasEnded) {
        this.engine = engine;
        this.daemonName = daemonName;
        this.daemonHasEnded = daemonHasEnded;
    }

    /** Receives the reports, one at a time except for {@link #afterGap()}. */
    interface Listener {

        /** A container has started. */
        void started(String containerId);

        /** A container has ended. */
        void ended(String containerId);

        /** A container has left one of its networks; also reported for each of its networks when it ends. */
        default void leftNetwork(String containerId) {}

        /** Containers may have started or ended without a report, because the engine has restarted or its stream broke. */
        void afterGap();

        /** The engine has ended, so this is the last report. */
        default void engineEnded() {}
    }

    /** Adds a listener, and returns when the engine reports to it, or after some seconds if the engine does not answer. */
    void add(Listener listener) throws InterruptedException {
        listeners.add(listener);
        lock.lock();
        try {
            if (!begun && !closed) {
                begun = true;
                Threads.start("nested-docker-watch " + daemonName, this::readAll);
            }
        } finally {
            lock.unlock();
        }
        if (!streamOpen.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.debug("The inner engine of {} does not report its events yet", daemonName);
        }
    }

    private void readAll() {
        try {
            Duration pause = FIRST_PAUSE;
            boolean more = mayReadAfter(Duration.ZERO);
            while (more) {
                boolean reported = readOnce();
                if (!reported && daemonHasEnded.getAsBoolean()) {
                    close();
                    listeners.forEach(Listener::engineEnded);
                }
                pause = reported ? FIRST_PAUSE : longerThan(pause);
                more = mayReadAfter(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration longerThan(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** Waits for {@code pause}, and for as long as the watch is paused. Returns false as soon as the watch is closed. */
    private boolean mayReadAfter(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long nanos = pause.toNanos();
            while (!closed && (paused || nanos > 0)) {
                if (paused) {
                    changed.await();
                    // After a restart, it reads at once.
                    nanos = 0;
                } else {
                    nanos = changed.awaitNanos(nanos);
                }
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** Reads until the stream ends; returns false if the stream did not begin. */
    private boolean readOnce() throws InterruptedException {
        Reports reports = new Reports();
        try {
            engine.eventsCmd()
                    .withEventTypeFilter(EventType.CONTAINER, EventType.NETWORK)
                    .withEventFilter("start", "die", LEFT_NETWORK)
                    .exec(reports);
            reports.awaitCompletion();
        } catch (RuntimeException e) {
            LOG.debug("The events of {} can't be read: {}", daemonName, e.getMessage());
        }
        return reports.begun;
    }

    private void streamOpen(Closeable fresh) {
        lock.lock();
        try {
            stream = fresh;
            if (paused || closed) {
                Quietly.close(fresh);
                return;
            }
        } finally {
            lock.unlock();
        }
        boolean first = streamOpen.getCount() > 0;
        streamOpen.countDown();
        if (!first) {
            listeners.forEach(Listener::afterGap);
        }
    }

    /** Stops reading, because an engine that is told to stop waits for its open streams. */
    public void pause() {
        set(true, false);
    }

    /** Resumes reading after {@link #pause()}. */
    public void resume() {
        set(false, false);
    }

    @Override
    public void close() {
        set(false, true);
    }

    private void set(boolean pausedNow, boolean closedNow) {
        lock.lock();
        try {
            paused = pausedNow;
            closed |= closedNow;
            if (closed) {
                streamOpen.countDown();
            }
            if (paused || closed) {
                Quietly.close(stream);
                stream = null;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private final class Reports extends ResultCallback.Adapter<Event> {

        private volatile boolean begun;

        @Override
        public void onStart(Closeable fresh) {
            super.onStart(fresh);
            begun = true;
            streamOpen(this);
        }

        @Override
        public void onNext(Event event) {
            String id = containerOf(event);
            if (id == null) {
                return;
            }
            for (Listener listener : listeners) {
                switch (String.valueOf(event.getAction())) {
                    case "start" -> listener.started(id);
                    case LEFT_NETWORK -> listener.leftNetwork(id);
                    default -> listener.ended(id);
                }
            }
        }

        private static @Nullable String containerOf(Event event) {
            EventActor actor = event.getActor();
            if (actor == null) {
                return event.getId();
            }
            return event.getType() == EventType.NETWORK && actor.getAttributes() != null
                    ? actor.getAttributes().get("container")
                    : actor.getId();
        }

        @Override
        public void onError(Throwable failure) {
            LOG.debug("The events of {} have ended", daemonName, failure);
            // docker-java's own method would log an error with its stack trace.
            onComplete();
        }
    }
}
