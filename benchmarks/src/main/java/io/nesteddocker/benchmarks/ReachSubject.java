package io.nesteddocker.benchmarks;

import io.nesteddocker.ConnectionMode;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Compares the connections to an inner API and to a port inside: by socket, TLS and tunnel, the tunnel at depths 1 to 3. */
final class ReachSubject {

    private static final int DEEPEST = 3;
    private static final int SOCKET = 0;
    private static final int TUNNEL = 2;

    private ReachSubject() {}

    static Goals run(Arguments arguments, RunResources run, PrintStream out) throws IOException, InterruptedException {
        try (NestedDocker bound = builder().start();
                NestedDocker tls = builder().port(0).start();
                NestedDocker first = builder().connection(ConnectionMode.TUNNEL).start()) {
            Row direct = new Row("direct connection", MeasuredConnection.to(bound, "host"));
            List<Row> rows = new ArrayList<>();
            rows.add(new Row("unix socket, route", MeasuredConnection.to(bound, "bridge")));
            rows.add(new Row("TLS, route", MeasuredConnection.to(tls, "bridge")));
            List<Double> firstConnections = new ArrayList<>();
            NestedDocker deepest = first;
            for (int depth = 1; depth <= DEEPEST; depth++) {
                rows.add(new Row("tunnel, depth " + depth, MeasuredConnection.to(deepest, "bridge")));
                if (depth < DEEPEST) {
                    deepest = deepest.nest()
                            .images(images())
                            .connection(ConnectionMode.TUNNEL)
                            .start();
                }
            }
            for (int round = 0; round <= arguments.rounds(); round++) {
                boolean counts = round > 0;
                Progress.say(counts ? "round " + round + " of " + arguments.rounds() : "warming up");
                Row.keep(firstConnections, FirstConnection.millis(), counts);
                direct.measurePort(counts);
                for (Row row : rows) {
                    row.measure(counts);
                }
            }
            print(rows, direct, out);
            return goals(rows, direct, new Samples(firstConnections));
        }
    }

    private static void print(List<Row> rows, Row direct, PrintStream out) {
        Row socket = rows.get(SOCKET);
        Table table = new Table(
                "way", "ms/call", "ratio", "archive MB/s", "ratio", "log MB/s", "ratio", "port MB/s", "ratio");
        for (Row row : rows) {
            table.row(
                    row.name,
                    number("%.2f", median(row.calls)),
                    number("%.2f", median(row.calls) / median(socket.calls)),
                    number("%.0f", median(row.archives)),
                    number("%.2f", median(row.archives) / median(socket.archives)),
                    number("%.0f", median(row.logs)),
                    number("%.2f", median(row.logs) / median(socket.logs)),
                    number("%.0f", median(row.ports)),
                    number("%.2f", median(row.ports) / median(direct.ports)));
        }
        out.print(table);
        out.printf(
                Locale.ROOT,
                "%nports against a direct connection to the daemon container's address: %.0f MB/s%n"
                        + "one command's output through the outer engine itself: %.0f MB/s%n",
                median(direct.ports),
                median(rows.get(TUNNEL).commands));
    }

    private static Goals goals(List<Row> rows, Row direct, Samples firstConnections) {
        Row socket = rows.get(SOCKET);
        Row tunnel = rows.get(TUNNEL);
        Goals goals = new Goals();
        goals.measured(
                "calls by tunnel at depth 1: %.2fx the socket's time (goal: at most 1.5x)",
                median(tunnel.calls) / median(socket.calls));
        goals.measured(
                "an archive by tunnel at depth 1: %.2f of the socket's speed (goal: at least 0.4)",
                median(tunnel.archives) / median(socket.archives));
        goals.measured(
                "a route against a direct connection: %.1fx the time (goal: at most 1.5x)",
                median(direct.ports) / median(socket.ports));
        goals.measured(
                "the first connection of a daemon through the tunnel: %.0f ms, %s (goal: at most 60 ms)",
                firstConnections.median(), Formats.range(firstConnections));
        return goals;
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static double median(List<Double> values) {
        return new Samples(values).median();
    }

    private static NestedDockerBuilder builder() {
        return NestedDocker.builder().images(images());
    }

    private static String[] images() {
        return new String[] {DaemonImage.defaultImage().reference(), OuterEngine.TINY_IMAGE};
    }

    /** The measurements of one connection in each round. */
    private static final class Row {

        private final String name;
        private final MeasuredConnection way;
        private final List<Double> calls = new ArrayList<>();
        private final List<Double> archives = new ArrayList<>();
        private final List<Double> logs = new ArrayList<>();
        private final List<Double> ports = new ArrayList<>();
        private final List<Double> commands = new ArrayList<>();

        Row(String name, MeasuredConnection way) {
            this.name = name;
            this.way = way;
        }

        void measure(boolean counts) throws IOException {
            keep(calls, way.callMillis(), counts);
            keep(archives, way.archive(), counts);
            keep(logs, way.log(), counts);
            keep(commands, way.command(), counts);
            measurePort(counts);
        }

        void measurePort(boolean counts) throws IOException {
            keep(ports, way.port(), counts);
        }

        private static void keep(List<Double> values, double value, boolean counts) {
            if (counts) {
                values.add(value);
            }
        }
    }
}
