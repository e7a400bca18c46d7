package io.nesteddocker.testing;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Finds in the outer engine's events the daemon containers that this JVM has created, even if they no longer exist. */
public final class CreationWatch {

    private static final long PATIENCE_SECONDS = 30;

    private final String since = now();

    private CreationWatch() {}

    /** Starts a watch. */
    public static CreationWatch begin() {
        return new CreationWatch();
    }

    /** Returns the names of the daemon containers that this JVM has created since the start of the watch. */
    public List<String> createdContainers() {
        Names names = OuterTestEngine.client()
                .eventsCmd()
                .withSince(since)
                .withUntil(now())
                .withEventTypeFilter(EventType.CONTAINER)
                .withEventFilter("create")
                .withLabelFilter(Labels.OWNER + "=" + Owner.thisProgram())
                .exec(new Names());
        try {
            if (!names.awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("The outer engine's list of events did not end.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
        return names.names;
    }

    /** Returns the time of the outer engine's clock, which may differ from ours. */
    private static String now() {
        String time = OuterTestEngine.client().infoCmd().exec().getSystemTime();
        Instant instant = OffsetDateTime.parse(time).toInstant();
        return String.format("%d.%09d", instant.getEpochSecond(), instant.getNano());
    }

    private static final class Names extends ResultCallback.Adapter<Event> {

        private final List<String> names = new CopyOnWriteArrayList<>();

        @Override
        public void onNext(Event event) {
            names.add(event.getActor().getAttributes().get("name"));
        }
    }
}
