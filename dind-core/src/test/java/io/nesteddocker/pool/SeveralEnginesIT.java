package io.nesteddocker.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests a pool with three outer engines, which are nested daemons, so that each can be killed or disconnected. */
@Timeout(300)
@ExtendWith(LeakCheck.class)
class SeveralEnginesIT {

    private static final NestedDockerSpec SPEC = NestedDocker.builder().spec();

    /** Long enough for engines on a busy machine, which may need some seconds for an answer. */
    private static final PollingIntervals RHYTHM = new PollingIntervals(
            Duration.ofMillis(500), Duration.ofSeconds(10), Duration.ofMillis(500), Duration.ofSeconds(1));

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private static NestedDocker first;
    private static NestedDocker second;
    private static NestedDocker third;

    @BeforeAll
    static void startTheEngines() {
        List<CompletableFuture<NestedDocker>> starts = Stream.generate(
                        () -> CompletableFuture.supplyAsync(SeveralEnginesIT::engine))
                .limit(3)
                .toList();
        first = starts.get(0).join();
        second = starts.get(1).join();
        third = starts.get(2).join();
        // This may create files that exist as long as the engines; they must not count as leftovers of a single test.
        Stream.of(first, second, third).forEach(SeveralEnginesIT::uri);
    }

    @AfterAll
    static void closeTheEngines() {
        Stream.of(first, second, third).parallel().forEach(NestedDocker::close);
    }

    @AfterEach
    void nothingIsLeftOnAnEngine() {
        Stream.of(first, second, third)
                .forEach(engine -> Eventually.await(
                        PATIENCE,
                        "no daemon is left on " + engine.name(),
                        () -> containers(engine).isEmpty()));
    }

    private static NestedDocker engine() {
        return NestedDocker.builder().images(OuterTestEngine.daemonImage()).start();
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
            assertThat(Stream.of(one, two, three).map(SeveralEnginesIT::engineOf))
                    .containsExactly(third, second, third);
        }
    }

    @Test
    void withOneEngineKilledAndOneCutOffTheThirdServesAll() throws InterruptedException {
        try (NestedDocker doomed = engine();
                NestedDockerPool pool = poolOf(2, 1, doomed, second, third)) {
            Lease killed = pool.lease();
            Lease cutOff = pool.lease();
            Lease served = pool.lease();
            assertThat(isOn(doomed, killed)).isTrue();
            assertThat(isOn(second, cutOff)).isTrue();
            assertThat(isOn(third, served)).isTrue();
            DockerClient clientOfTheCutOff = cutOff.docker().client();

            OuterTestEngine.client()
                    .killContainerCmd(doomed.daemonContainerId())
                    .exec();
            second.pause();
            try {
                CompletableFuture<Integer> callUnderWay = CompletableFuture.supplyAsync(
                        () -> clientOfTheCutOff.listImagesCmd().exec().size());

                assertSaysThatItIsLost(killed, doomed);
                assertSaysThatItIsLost(cutOff, second);
                ErrorSentence.of(failureOf(callUnderWay))
                        .tried("send GET ")
                        .on("/images/json to the inner engine")
                        .because("its outer engine " + uri(second) + " does not answer: nothing came within 10000 ms")
                        .cure("Start another");
                assertThat(served.docker().client().listImagesCmd().exec()).isEmpty();
                try (Lease another = pool.lease()) {
                    assertThat(isOn(third, another)).isTrue();
                }
            } finally {
                second.unpause();
            }
        }
    }

    @Test
    void anEngineThatAnswersAgainIsUsedAgainAndHasEndedWhatWasGivenUp() {
        try (NestedDockerPool pool = poolOf(1, 0, first, second, third)) {
            pool.lease();
            Lease cutOff = pool.lease();
            pool.lease();
            String givenUp = cutOff.docker().daemonContainerId();
            assertThat(engineOf(cutOff)).isSameAs(second);

            second.pause();
            assertSaysThatItIsLost(cutOff, second);
            second.unpause();

            assertThat(engineOf(pool.lease())).isSameAs(second);
            Eventually.await(
                    PATIENCE,
                    "the daemon that was given up is gone",
                    () -> !containers(second).contains(givenUp));
        }
    }

    @Test
    void aStartThatFailsOnSomeEnginesIsMadeOnTheNext() {
        third.client().createNetworkCmd().withName("only-here").exec();
        NestedDockerSpec fitsOnlyThere =
                NestedDocker.builder().network("only-here").spec();

        try (NestedDockerPool pool = NestedDockerPool.builder(fitsOnlyThere)
                        .outers(uri(first), uri(second), uri(third))
                        .warm(0)
                        .build(RHYTHM);
                Lease lease = pool.lease()) {
            assertThat(engineOf(lease)).isSameAs(third);
        } finally {
            third.client().removeNetworkCmd("only-here").exec();
        }
    }

    @Test
    void aStartThatFailsOnAllEnginesSaysWhyOnEach() {
        NestedDockerSpec fitsNowhere = NestedDocker.builder().network("nowhere").spec();

        try (NestedDockerPool pool = NestedDockerPool.builder(fitsNowhere)
                .outers(uri(first), uri(second))
                .warm(0)
                .build(RHYTHM)) {
            ErrorSentence.of(catchThrowable(pool::lease))
                    .tried("take a daemon from a pool with the outer engines " + uri(first))
                    .on("has no network of that name")
                    .on(uri(second) + " (\"Tried to join the network nowhere")
                    .because("none of them can start a daemon")
                    .cure("fix what the causes of this exception report");
        }
    }

    private static NestedDockerPool poolOf(int daemonsOnEach, int warm, NestedDocker... engines) {
        EngineLimits limits = EngineLimits.automatic().maxDaemons(daemonsOnEach);
        NestedDockerPoolBuilder builder = NestedDockerPool.builder(SPEC).warm(warm);
        for (NestedDocker engine : engines) {
            builder.outer(uri(engine), limits);
        }
        return builder.build(RHYTHM);
    }

    private static void assertSaysThatItIsLost(Lease lease, NestedDocker engine) {
        Throwable failure = Eventually.value(PATIENCE, () -> catchThrowable(lease::docker), thrown -> thrown != null);
        assertThat(failure).isInstanceOf(NoOuterEngineException.class);
        ErrorSentence.of(failure)
                .tried("use the daemon")
                .on("on the outer engine " + uri(engine))
                .because("that engine stopped answering: ")
                .cure("take another, which comes from an engine that answers");
    }

    private static Throwable failureOf(CompletableFuture<?> call) throws InterruptedException {
        try {
            throw new AssertionError("The call returned " + call.get());
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(NestedDockerException.class);
            return e.getCause();
        }
    }

    private static NestedDocker engineOf(Lease lease) {
        return Stream.of(first, second, third)
                .filter(engine -> isOn(engine, lease))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isOn(NestedDocker engine, Lease lease) {
        return containers(engine).contains(lease.docker().daemonContainerId());
    }

    private static List<String> containers(NestedDocker engine) {
        return engine.client().listContainersCmd().withShowAll(true).exec().stream()
                .map(Container::getId)
                .toList();
    }

    private static URI uri(NestedDocker engine) {
        return engine.endpoint().dockerHost();
    }
}
