package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Frame;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Measures the steps of a start from its traces: the outer engine's description of the container, its events, the times in the log, and the
 * times of files in the daemon container. So the measurement does not slow down the start. The program and the outer engine must have the
 * same clock.
 */
final class StartSteps {

    private static final int PATIENCE_SECONDS = 30;
    private static final String FILE_TIMES = "stat -c '%y' /run/dind-init/containerd.toml"
            + " /run/dind-init/output /var/run/docker/containerd/containerd.sock";
    private static final DateTimeFormatter FILE_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSS xx");

    /** The moments, each with the step that it ends. If a moment is unknown, its step counts as a part of the next one. */
    private enum Moment {
        CREATION_BEGINS("requests to the outer engine"),
        CREATED("outer engine: create"),
        STARTED("outer engine: start, and the archive with the start script"),
        CONTAINERD_STARTED("start script, until it starts containerd"),
        DOCKERD_STARTED("start script, until it starts dockerd"),
        CONTAINERD_LISTENS("containerd, until it listens"),
        DOCKERD_SPEAKS("dockerd: until its first line"),
        NETWORKS_BEGIN("dockerd: until it is connected to containerd"),
        NETWORKS_DONE("dockerd: networks and firewall"),
        LISTENING("dockerd: builder and API"),
        ANSWERED("first answer of the API to this program");

        private final String step;

        Moment(String step) {
            this.step = step;
        }
    }

    private final OuterEngine outer;
    private final Map<Moment, List<Double>> steps = new LinkedHashMap<>();
    private final List<Double> whole = new ArrayList<>();

    StartSteps(OuterEngine outer) {
        this.outer = outer;
    }

    /** Starts a daemon, records the durations of its steps, and closes it. */
    void measure(NestedContender way) throws InterruptedException {
        Instant begin = Instant.now();
        try (NestedDocker docker = way.start()) {
            Instant end = Instant.now();
            Map<Moment, Instant> moments = moments(docker, end);
            Instant before = begin;
            for (Moment moment : Moment.values()) {
                Instant at = moments.get(moment);
                if (at != null && !at.isBefore(before)) {
                    steps.computeIfAbsent(moment, unused -> new ArrayList<>()).add(milliseconds(before, at));
                    before = at;
                }
            }
            whole.add(milliseconds(begin, end));
        }
    }

    /** Returns a table of the medians. Their sum can differ from the median of the whole start. */
    Table table() {
        Table table = new Table("", "median", "min - max");
        steps.forEach((moment, values) -> row(table, moment.step, new Samples(values)));
        row(table, "the whole start", new Samples(whole));
        return table;
    }

    private static void row(Table table, String name, Samples samples) {
        table.row(name, Formats.milliseconds(samples.median()), Formats.range(samples));
    }

    private Map<Moment, Instant> moments(NestedDocker docker, Instant answered) throws InterruptedException {
        String id = docker.daemonContainerId();
        Map<Moment, Instant> moments = new LinkedHashMap<>();
        InspectContainerResponse record = outer.client().inspectContainerCmd(id).exec();
        Instant creation = Instant.parse(record.getCreated());
        moments.put(Moment.CREATION_BEGINS, creation);
        created(id, creation, answered).ifPresent(at -> moments.put(Moment.CREATED, at));
        moments.put(Moment.STARTED, Instant.parse(record.getState().getStartedAt()));
        addFileTimes(docker, moments);
        addLogTimes(id, moments);
        moments.put(Moment.ANSWERED, answered);
        return moments;
    }

    private Optional<Instant> created(String id, Instant from, Instant until) throws InterruptedException {
        List<Event> events = new CopyOnWriteArrayList<>();
        outer.client()
                .eventsCmd()
                .withContainerFilter(id)
                .withEventFilter("create")
                .withSince(String.valueOf(from.getEpochSecond()))
                .withUntil(String.valueOf(until.getEpochSecond() + 1))
                .exec(new ResultCallback.Adapter<Event>() {
                    @Override
                    public void onNext(Event event) {
                        events.add(event);
                    }
                })
                .awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return events.stream()
                .map(Event::getTimeNano)
                .filter(nanos -> nanos != null)
                .map(nanos -> Instant.ofEpochSecond(0, nanos))
                .findFirst();
    }

    private static void addFileTimes(NestedDocker docker, Map<Moment, Instant> moments) {
        ExecResult times = docker.exec("sh", "-c", FILE_TIMES);
        List<Instant> found = times.stdout()
                .lines()
                .map(line -> OffsetDateTime.parse(line, FILE_TIME).toInstant())
                .toList();
        List<Moment> files = List.of(Moment.CONTAINERD_STARTED, Moment.DOCKERD_STARTED, Moment.CONTAINERD_LISTENS);
        for (int i = 0; found.size() == files.size() && i < files.size(); i++) {
            moments.put(files.get(i), found.get(i));
        }
    }

    private void addLogTimes(String id, Map<Moment, Instant> moments) throws InterruptedException {
        Map<String, Moment> words = Map.of(
                "Starting up", Moment.DOCKERD_SPEAKS,
                "Loading containers: start", Moment.NETWORKS_BEGIN,
                "Loading containers: done", Moment.NETWORKS_DONE,
                "API listen on", Moment.LISTENING);
        List<String> pieces = new CopyOnWriteArrayList<>();
        outer.client()
                .logContainerCmd(id)
                .withStdOut(true)
                .withStdErr(true)
                .withTimestamps(true)
                .exec(new ResultCallback.Adapter<Frame>() {
                    @Override
                    public void onNext(Frame frame) {
                        pieces.add(new String(frame.getPayload(), StandardCharsets.UTF_8));
                    }
                })
                .awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS);
        String.join("", pieces)
                .lines()
                .forEach(line -> words.forEach((word, moment) -> {
                    if (line.contains(word)) {
                        moments.putIfAbsent(moment, Instant.parse(line.substring(0, line.indexOf(' '))));
                    }
                }));
    }

    private static double milliseconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
