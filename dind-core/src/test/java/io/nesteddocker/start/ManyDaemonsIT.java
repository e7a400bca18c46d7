package io.nesteddocker.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OpenResources;
import io.nesteddocker.testing.OuterTestEngine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that many daemons, one after the other or at once, all start, and that they leave nothing open in this JVM. */
@ExtendWith(LeakCheck.class)
@Timeout(600)
class ManyDaemonsIT {

    /** One cycle that leaves one thread or one descriptor is enough to fail, so these are for what happens now and then only. */
    private static final int CYCLES = 10;

    private static final int WARM_UP_CYCLES = 5;
    private static final int AT_ONCE = 8;

    @Test
    @Tag("slow")
    void manyCyclesLeaveNeitherThreadsNorDescriptorsBehind() {
        for (int i = 0; i < WARM_UP_CYCLES; i++) {
            cycle(i);
        }
        OpenResources before = OpenResources.settled();
        long begin = System.nanoTime();
        for (int i = 0; i < CYCLES; i++) {
            cycle(i);
        }
        System.out.printf("%d start/close cycles took %d ms%n", CYCLES, (System.nanoTime() - begin) / 1_000_000);
        before.assertNoMoreNow(0);
    }

    /** Starts and closes a daemon. Every second one has a TLS port and key files, which use other code. */
    private static void cycle(int number) {
        NestedDockerBuilder builder = NestedDocker.builder();
        if (number % 2 == 1 && OuterTestEngine.publishesReachablePorts()) {
            builder.port(0);
        }
        try (NestedDocker docker = builder.start()) {
            docker.endpoint();
            docker.client().infoCmd().exec();
            assertThat(OpenResources.threadsNow())
                    .as("threads that a running daemon takes")
                    .isNotEmpty();
        }
    }

    @Test
    void eightStartsAtOnceSucceed() {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        List<CompletableFuture<NestedDocker>> starts = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> NestedDocker.builder().start(), threads))
                .toList();
        Set<String> engines = new HashSet<>();
        List<Throwable> failures = new ArrayList<>();
        for (CompletableFuture<NestedDocker> start : starts) {
            try (NestedDocker docker = start.join()) {
                engines.add(docker.client().infoCmd().exec().getId());
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        threads.shutdown();
        assertThat(failures).isEmpty();
        assertThat(engines).hasSize(AT_ONCE);
    }

    @Test
    void eightCloseAtOnce() {
        List<NestedDocker> daemons = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> NestedDocker.builder().start())
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        List<CompletableFuture<Void>> closings = daemons.stream()
                .map(docker -> CompletableFuture.runAsync(docker::close, threads))
                .toList();
        CompletableFuture.allOf(closings.toArray(CompletableFuture[]::new)).join();
        threads.shutdown();
        assertThat(daemons).noneMatch(docker -> OuterTestEngine.hasContainer(docker.daemonContainerId()));
    }
}
