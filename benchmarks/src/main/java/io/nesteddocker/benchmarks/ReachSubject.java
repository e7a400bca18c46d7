package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.Road;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Locale;

/** The ways to an inner API side by side, as ratios to the shared socket, and the tunnel at depths 1 to 3. */
final class ReachSubject {

    private static final int WARM_UP = 50;
    private static final int CALLS = 300;

    private ReachSubject() {}

    static void run(Arguments arguments, Belongings belongings, PrintStream out) throws IOException {
        out.println("way             depth   ms/call   ratio   MB/s of an image   ratio");
        Speed socket;
        try (NestedDocker docker = builder().start()) {
            socket = Speed.of(docker.client());
            socket.print(out, "unix socket", 1, socket);
        }
        try (NestedDocker docker = builder().port(0).start()) {
            Speed.of(docker.client()).print(out, "TLS", 1, socket);
        }
        try (NestedDocker first = builder().road(Road.TUNNEL).start()) {
            NestedDocker deepest = first;
            for (int depth = 1; depth <= 3; depth++) {
                Speed.of(deepest.client()).print(out, "exec tunnel", depth, socket);
                if (depth < 3) {
                    deepest = deepest.nest().images(image()).road(Road.TUNNEL).start();
                }
            }
        }
    }

    private static NestedDockerBuilder builder() {
        return NestedDocker.builder().images(image());
    }

    private static String image() {
        return DaemonImage.defaultImage().reference();
    }

    /** What one way can do. */
    private record Speed(double millisecondsPerCall, double megabytesPerSecond) {

        static Speed of(DockerClient inner) throws IOException {
            for (int i = 0; i < WARM_UP; i++) {
                inner.versionCmd().exec();
            }
            long start = System.nanoTime();
            for (int i = 0; i < CALLS; i++) {
                inner.versionCmd().exec();
            }
            double perCall = (System.nanoTime() - start) / 1e6 / CALLS;
            long bytes = 0;
            start = System.nanoTime();
            try (InputStream archive = inner.saveImageCmd(image()).exec()) {
                byte[] buffer = new byte[64 * 1024];
                int count;
                while ((count = archive.read(buffer)) >= 0) {
                    bytes += count;
                }
            }
            return new Speed(perCall, bytes / 1e6 / ((System.nanoTime() - start) / 1e9));
        }

        void print(PrintStream out, String way, int depth, Speed socket) {
            out.printf(
                    Locale.ROOT,
                    "%-15s %5d %9.2f %7.2f %18.0f %7.2f%n",
                    way,
                    depth,
                    millisecondsPerCall,
                    millisecondsPerCall / socket.millisecondsPerCall(),
                    megabytesPerSecond,
                    megabytesPerSecond / socket.megabytesPerSecond());
        }
    }
}
