package io.nesteddocker.benchmarks;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.testkit.Isolation;
import io.nesteddocker.testkit.WithNestedDocker;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Classes of 50 tests, each of which runs one container. The classes differ in the isolation of the daemon. */
final class FiftyTests {

    private static final int TESTS = 50;

    private FiftyTests() {}

    /** All tests share one daemon, without a cleanup. */
    @WithNestedDocker(isolation = Isolation.NONE, images = OuterEngine.TINY_IMAGE)
    static final class WithOneDaemon {

        @RepeatedTest(TESTS)
        void runsAContainer(DockerClient inner) {
            runOne(inner);
        }
    }

    /** Each test has a daemon to itself; a reset prepares it for the next test. */
    @WithNestedDocker(isolation = Isolation.RESET, images = OuterEngine.TINY_IMAGE)
    static final class WithADaemonEach {

        @RepeatedTest(TESTS)
        void runsAContainer(DockerClient inner) {
            runOne(inner);
        }
    }

    private static void runOne(DockerClient inner) {
        String id = inner.createContainerCmd(OuterEngine.TINY_IMAGE)
                .withCmd("true")
                .exec()
                .getId();
        inner.startContainerCmd(id).exec();
        inner.waitContainerCmd(id).start().awaitStatusCode();
    }

    /** Runs one of the classes and returns the duration in milliseconds. */
    static double run(Class<?> tests) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        long begin = System.nanoTime();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .build(),
                        listener);
        long taken = System.nanoTime() - begin;
        if (listener.getSummary().getTestsSucceededCount() != TESTS) {
            throw new IllegalStateException("only " + listener.getSummary().getTestsSucceededCount() + " of " + TESTS
                    + " tests of " + tests.getSimpleName() + " passed");
        }
        return taken / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
