package io.nesteddocker.testkit.internal;

import static java.util.stream.Collectors.joining;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Network;
import io.nesteddocker.NestedDocker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects the state of a daemon at one moment, within a limited time even if the daemon does not answer. */
final class Observations {

    private static final long PATIENCE_MILLIS = 5_000;
    private static final int LONGEST_FILE = 256 * 1024;
    private static final int MOST_CONTAINERS = 20;
    private static final int MOST_LOG_LINES = 1_000;

    private final NestedDocker docker;
    private final Instant since;
    private final Map<String, String> files = Collections.synchronizedMap(new LinkedHashMap<>());

    Observations(NestedDocker docker, Instant since) {
        this.docker = docker;
        this.since = since;
    }

    /** Returns the texts by file name. A text that was not ready in time is replaced by a sentence that says so. */
    Map<String, String> collect() {
        List<String> names = List.of("diagnostics.txt", "daemon.log", "containers.txt", "topology.txt", "events.txt");
        names.forEach(name -> files.put(name, "There was no answer within " + PATIENCE_MILLIS + " ms.\n"));
        Thread observer = new Thread(this::observe, "nested-docker-test-report");
        observer.setDaemon(true);
        observer.start();
        try {
            observer.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Map<String, String> inTime;
        synchronized (files) {
            inTime = new LinkedHashMap<>(files);
        }
        observer.interrupt();
        return inTime;
    }

    private void observe() {
        note("diagnostics.txt", () -> docker.diagnostics().toString());
        note("daemon.log", () -> String.join("\n", docker.logs()) + "\n");
        // A daemon that a test has closed has no client, but still a log and diagnostics.
        note("containers.txt", () -> containers(docker.client()));
        note("topology.txt", () -> topology(docker.client()));
        note("events.txt", () -> events(docker.client()));
        note("containers/README.txt", () -> {
            logs(docker.client());
            return "The last output of each inner container.\n";
        });
    }

    private void note(String file, Callable<String> text) {
        try {
            files.put(file, tail(text.call(), LONGEST_FILE));
        } catch (Exception | LinkageError e) {
            files.put(file, "This could not be read: " + e + "\n");
        }
    }

    /** Returns a text, or a note and the end of the text if it is too long. */
    static String tail(String text, int longest) {
        return text.length() <= longest
                ? text
                : "(the first " + (text.length() - longest) + " characters are left out)\n"
                        + text.substring(text.length() - longest);
    }

    private static String containers(DockerClient inner) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("CONTAINER ID", "IMAGE", "COMMAND", "STATUS", "PORTS", "NAMES"));
        for (Container container : inner.listContainersCmd().withShowAll(true).exec()) {
            rows.add(List.of(
                    shortId(container.getId()),
                    container.getImage(),
                    Objects.requireNonNullElse(container.getCommand(), ""),
                    container.getStatus(),
                    Arrays.stream(container.getPorts())
                            .map(port -> (port.getPublicPort() == null ? "" : port.getPublicPort() + "->")
                                    + port.getPrivatePort() + "/" + port.getType())
                            .distinct()
                            .collect(joining(", ")),
                    nameOf(container)));
        }
        return table(rows);
    }

    private static String topology(DockerClient inner) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NETWORK", "DRIVER", "SUBNETS", "CONTAINERS"));
        for (Network listed : inner.listNetworksCmd().exec()) {
            Network network =
                    inner.inspectNetworkCmd().withNetworkId(listed.getId()).exec();
            rows.add(List.of(
                    network.getName(),
                    network.getDriver(),
                    list(
                            network.getIpam() == null ? null : network.getIpam().getConfig(),
                            Network.Ipam.Config::getSubnet),
                    network.getContainers() == null
                            ? ""
                            : network.getContainers().values().stream()
                                    .map(member -> member.getName() + " " + member.getIpv4Address())
                                    .sorted()
                                    .collect(joining(", "))));
        }
        String volumes = list(inner.listVolumesCmd().exec().getVolumes(), volume -> volume.getName());
        String images = inner.listImagesCmd().exec().stream()
                .map(image -> image.getRepoTags() == null || image.getRepoTags().length == 0
                        ? image.getId()
                        : String.join(" ", image.getRepoTags()))
                .sorted()
                .collect(joining("\n  "));
        return table(rows) + "\nvolumes: " + volumes + "\nimages:\n  " + images + "\n";
    }

    private static <T> String list(@Nullable List<T> all, Function<T, @Nullable String> name) {
        return all == null
                ? ""
                : all.stream()
                        .map(one -> String.valueOf(name.apply(one)))
                        .sorted()
                        .collect(joining(", "));
    }

    private String events(DockerClient inner) throws IOException, InterruptedException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        ResultCallback.Adapter<Event> callback = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Event event) {
                lines.add(line(event));
            }
        };
        try (callback) {
            inner.eventsCmd()
                    .withSince(String.valueOf(since.getEpochSecond()))
                    .withUntil(String.valueOf(Instant.now().getEpochSecond() + 1))
                    .exec(callback)
                    .awaitCompletion(3, TimeUnit.SECONDS);
        }
        synchronized (lines) {
            return String.join("\n", lines) + "\n";
        }
    }

    private static String line(Event event) {
        Map<String, String> attributes =
                event.getActor() == null || event.getActor().getAttributes() == null
                        ? Map.of()
                        : event.getActor().getAttributes();
        String exitCode = attributes.get("exitCode");
        return Instant.ofEpochSecond(Objects.requireNonNullElse(event.getTime(), 0L)) + " " + type(event) + " "
                + event.getAction() + " " + attributes.getOrDefault("name", "") + " "
                + (event.getActor() == null ? "" : shortId(event.getActor().getId()))
                + (exitCode == null ? "" : " exit code " + exitCode);
    }

    private static String type(Event event) {
        return String.valueOf(event.getType()).toLowerCase(Locale.ROOT);
    }

    private void logs(DockerClient inner) throws IOException, InterruptedException {
        List<Container> containers = inner.listContainersCmd().withShowAll(true).exec();
        for (Container container : containers.subList(0, Math.min(MOST_CONTAINERS, containers.size()))) {
            LogContainerCmd request = inner.logContainerCmd(container.getId())
                    .withStdOut(true)
                    .withStdErr(true)
                    .withTimestamps(true)
                    .withTail(MOST_LOG_LINES);
            try (Written written = new Written()) {
                request.exec(written).awaitCompletion(3, TimeUnit.SECONDS);
                String file = "containers/" + nameOf(container).replaceAll("[^\\w.-]", "_") + ".log";
                files.put(file, tail(written.toString(), LONGEST_FILE));
            }
        }
    }

    private static String nameOf(Container container) {
        String[] names = container.getNames();
        return names == null || names.length == 0 ? shortId(container.getId()) : names[0].replaceFirst("^/", "");
    }

    private static String shortId(@Nullable String id) {
        return id == null ? "" : id.substring(0, Math.min(12, id.length()));
    }

    private static String table(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder table = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = row.get(column);
                line.append(cell).append(" ".repeat(widths[column] - cell.length() + 3));
            }
            table.append(line.toString().stripTrailing()).append('\n');
        }
        return table.toString();
    }

    /** The part of a container's output that has arrived. */
    private static final class Written extends ResultCallback.Adapter<Frame> {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public synchronized void onNext(Frame frame) {
            bytes.writeBytes(frame.getPayload());
        }

        @Override
        public synchronized String toString() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
