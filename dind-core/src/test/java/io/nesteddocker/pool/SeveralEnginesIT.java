package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pool over three outer engines, which are daemons themselves, so that each can be killed or cut off. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class SeveralEnginesIT {

    private static final NestedDockerSpec SPEC = NestedDocker.builder().spec();

    /** Engines on one busy machine may need some seconds for an answer. */
    private static final Rhythm RHYTHM =
            new Rhythm(Duration.ofMillis(500), Duration.ofSeconds(4), Duration.ofMillis(500), Duration.ofSeconds(1));

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private NestedDocker first;
    private NestedDocker second;
    private NestedDocker third;

    @BeforeEach
    void startTheEngines() {
        List<CompletableFuture<NestedDocker>> starts = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> NestedDocker.builder()
                                .images(OuterTestEngine.daemonImage())
                                .start()))
                .limit(3)
                .toList();
        first = starts.get(0).join();
        second = starts.get(1).join();
        third = starts.get(2).join();
    }

    @AfterEach
    void closeTheEngines() {
        Stream.of(first, second, third).parallel().forEach(NestedDocker::close);
    }

    @Test
    void aLeaseComesFromTheEngineWithTheMostRoomAndDaemonsOfOthersTakeRoomToo() {
        try (NestedDocker ofOthers = NestedDocker.builder().outer(uri(second)).start();
                NestedDockerPool pool = NestedDockerPool.builder(SPEC)
                        .outer(uri(first), EngineLimits.automatic().maxDaemons(1))
                        .outer(uri(second), EngineLimits.automatic().maxDaemons(3))
                        .outer(uri(third), EngineLimits.automatic().maxDaemons(3))
                        .warm(0)
                        .build(RHYTHM);
                Lease one = pool.lease();
                Lease two = pool.lease();
                Lease three = pool.lease()) {
            assertThat(ofOthers.isRunning()).isTrue();
            assertThat(Stream.of(one, two, three).map(this::engineOf)).containsExactly(third, second, third);
        }
    }

    @Test
    void withOneEngineKilledAndOneCutOffTheThirdServesAll() throws InterruptedException {
        try (NestedDockerPool pool = poolOf(2, 1)) {
            Lease killed = pool.lease();
            Lease cutOff = pool.lease();
            Lease served = pool.lease();
            assertThat(Stream.of(killed, cutOff, served).map(this::engineOf)).containsExactly(first, second, third);
            DockerClient clientOfTheCutOff = cutOff.docker().client();

            OuterTestEngine.client().killContainerCmd(first.daemonContainerId()).exec();
            second.pause();
            CompletableFuture<Integer> callUnderWay = CompletableFuture.supplyAsync(
                    () -> clientOfTheCutOff.listImagesCmd().exec().size());

            assertSaysThatItIsLost(killed, first);
            assertSaysThatItIsLost(cutOff, second);
            ErrorSentence.of(failureOf(callUnderWay))
                    .tried("send GET ")
                    .on("/images/json to the inner engine")
                    .because("its outer engine " + uri(second) + " does not answer: nothing came within 4000 ms")
                    .cure("Start another");
            assertThat(served.docker().client().listImagesCmd().exec()).isEmpty();
            try (Lease another = pool.lease()) {
                assertThat(isOn(third, another)).isTrue();
            }
        }
    }

    @Test
    void anEngineThatAnswersAgainIsUsedAgainAndHasEndedWhatWasGivenUp() {
        try (NestedDockerPool pool = poolOf(1, 0)) {
            pool.lease();
            Lease cutOff = pool.lease();
            pool.lease();
            String givenUp = cutOff.docker().daemonContainerId();
            assertThat(engineOf(cutOff)).isSameAs(second);

            second.pause();
            assertSaysThatItIsLost(cutOff, second);
            second.unpause();

            assertThat(engineOf(pool.lease())).isSameAs(second);
            Eventually.await(PATIENCE, "the daemon that was given up is gone", () -> !hasContainer(second, givenUp));
        }
    }

    private NestedDockerPool poolOf(int daemonsOnEach, int warm) {
        EngineLimits limits = EngineLimits.automatic().maxDaemons(daemonsOnEach);
        return NestedDockerPool.builder(SPEC)
                .outer(uri(first), limits)
                .outer(uri(second), limits)
                .outer(uri(third), limits)
                .warm(warm)
                .build(RHYTHM);
    }

    private static void assertSaysThatItIsLost(Lease lease, NestedDocker engine) {
        Throwable failure = Eventually.value(PATIENCE, () -> catchThrowable(lease::docker), thrown -> thrown != null);
        assertThat(failure).isInstanceOf(NoOuterEngineException.class);
        ErrorSentence.of(failure)
                .tried("use the daemon")
                .on("on the outer engine " + uri(engine))
                .because("that engine stopped answering: ")
                .cure("take another, which comes from another engine");
    }

    private static Throwable failureOf(CompletableFuture<?> call) throws InterruptedException {
        try {
            throw new AssertionError("The call returned " + call.get());
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(NestedDockerException.class);
            return e.getCause();
        }
    }

    private NestedDocker engineOf(Lease lease) {
        return Stream.of(first, second, third)
                .filter(engine -> isOn(engine, lease))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isOn(NestedDocker engine, Lease lease) {
        return hasContainer(engine, lease.docker().daemonContainerId());
    }

    private static boolean hasContainer(NestedDocker engine, String id) {
        return engine.client().listContainersCmd().withShowAll(true).exec().stream()
                .anyMatch(container -> container.getId().equals(id));
    }

    private static URI uri(NestedDocker engine) {
        return engine.endpoint().dockerHost();
    }
}
