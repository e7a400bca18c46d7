package io.nesteddocker.seeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.SeedImages;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests many daemons that share one seed. */
@ExtendWith(LeakCheck.class)
class SharedSeedIT {

    private static final int DAEMONS = 10;

    @Test
    void changesByTenDaemonsStayInEachDaemon() {
        try (SeedImages images = new SeedImages()) {
            String image = images.build("RUN echo original >/mark");
            NestedDocker.builder().images(image).start().close();
            String seed = SeedImages.seedsWith(image).get(0);
            String checksum = SeedImages.checksum(seed);
            ExecutorService threads = Executors.newFixedThreadPool(DAEMONS);
            try {
                List<CompletableFuture<NestedDocker>> starts = IntStream.range(0, DAEMONS)
                        .mapToObj(i -> CompletableFuture.supplyAsync(
                                () -> NestedDocker.builder().images(image).start(), threads))
                        .toList();
                List<NestedDocker> daemons =
                        starts.stream().map(CompletableFuture::join).toList();
                try {
                    inParallel(threads, daemons, docker -> change(docker, image));
                    inParallel(threads, daemons, docker -> assertUnchangedThenRemove(docker, image));
                } finally {
                    inParallel(threads, daemons, NestedDocker::close);
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(SeedImages.checksum(seed)).isEqualTo(checksum);
        }
    }

    private static void change(NestedDocker docker, String image) {
        run(docker, "run", "--name", "changed", image, "sh", "-c", "echo " + docker.name() + " >/mark; rm /bin/vi");
        run(docker, "commit", "changed", image.replaceFirst(":.*", ":changed"));
    }

    private static void assertUnchangedThenRemove(NestedDocker docker, String image) {
        assertMark(docker, image, "original");
        assertMark(docker, image.replaceFirst(":.*", ":changed"), docker.name());
        run(docker, "rm", "changed");
        run(docker, "system", "prune", "--all", "--force", "--volumes");
        assertThat(run(docker, "images", "--all", "--quiet")).isEmpty();
    }

    /** Checks by the exit code: ten busy containers may lose output, which an engine drops two seconds after the container's end. */
    private static void assertMark(NestedDocker docker, String image, String content) {
        run(docker, "run", "--rm", image, "grep", "-qx", content, "/mark");
    }

    private static void inParallel(
            ExecutorService threads, List<NestedDocker> daemons, java.util.function.Consumer<NestedDocker> work) {
        daemons.stream()
                .map(docker -> CompletableFuture.runAsync(() -> work.accept(docker), threads))
                .toList()
                .forEach(CompletableFuture::join);
    }

    private static String run(NestedDocker docker, String... arguments) {
        return DockerCommand.run(docker.endpoint(), arguments);
    }
}
