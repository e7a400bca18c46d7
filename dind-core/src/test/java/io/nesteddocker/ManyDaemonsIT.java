package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many daemons, one after the other and at once, all succeed and cost this JVM nothing that stays. */
@ExtendWith(LeakCheck.class)
@Timeout(600)
class ManyDaemonsIT {

    private static final int CYCLES = 50;
    private static final int WARM_UP_CYCLES = 5;
    private static final int AT_ONCE = 8;

    /** Threads and connections end a moment after they were told to. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Test
    @Tag("slow")
    void fiftyCyclesLeaveNeitherThreadsNorDescriptorsBehind() {
        for (int i = 0; i < WARM_UP_CYCLES; i++) {
            cycle(i);
        }
        Collection<String> threadsBefore = settled(ManyDaemonsIT::threads);
        Collection<String> descriptorsBefore = settled(ManyDaemonsIT::descriptors);
        long begin = System.nanoTime();
        for (int i = 0; i < CYCLES; i++) {
            cycle(i);
        }
        System.out.printf("%d start/close cycles took %d ms%n", CYCLES, (System.nanoTime() - begin) / 1_000_000);
        Collection<String> threadsAfter =
                Eventually.value(PATIENCE, ManyDaemonsIT::threads, threads -> threads.size() <= threadsBefore.size());
        Collection<String> descriptorsAfter =
                Eventually.value(PATIENCE, ManyDaemonsIT::descriptors, open -> open.size() <= descriptorsBefore.size());
        System.out.printf(
                "threads of the library: %d, then %d; descriptors of this JVM: %d, then %d%n",
                threadsBefore.size(), threadsAfter.size(), descriptorsBefore.size(), descriptorsAfter.size());
        assertThat(threadsAfter)
                .as("threads; before: %s", threadsBefore)
                .hasSizeLessThanOrEqualTo(threadsBefore.size());
        assertThat(descriptorsAfter)
                .as("descriptors; before: %s", descriptorsBefore)
                .hasSizeLessThanOrEqualTo(descriptorsBefore.size());
    }

    /** Every second one has a TLS port and key files, which are made of other parts. */
    private static void cycle(int number) {
        NestedDockerBuilder builder = NestedDocker.builder();
        if (number % 2 == 1 && OuterTestEngine.publishesReachablePorts()) {
            builder.port(0);
        }
        try (NestedDocker docker = builder.start()) {
            docker.endpoint();
            docker.client().infoCmd().exec();
            assertThat(threads()).as("threads that a running daemon takes").isNotEmpty();
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

    /** The first of a few equal readings: what is on its way out must not count as what was there before. */
    private static Collection<String> settled(Supplier<Collection<String>> reading) {
        Collection<String> last = reading.get();
        for (int equal = 0, tries = 0; equal < 20 && tries < 500; tries++) {
            Eventually.sleep(20);
            Collection<String> next = reading.get();
            equal = next.size() == last.size() ? equal + 1 : 0;
            last = next;
        }
        return last;
    }

    private static Collection<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("nested-docker") || name.startsWith("docker-java"))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static Collection<String> descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            Set<String> all = new TreeSet<>();
            open.forEach(descriptor -> all.add(descriptor.getFileName() + " -> " + target(descriptor)));
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed";
        }
    }
}
