package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests what tests see of each other. */
@ExtendWith(LeakCheck.class)
class IsolationIT {

    @BeforeEach
    void forget() {
        UsedDaemons.forget();
    }

    /** Base of test classes whose tests expect a clean daemon, and leave objects behind. */
    abstract static class Untidy {

        static void use(NestedDocker docker, TestInfo test) {
            DockerClient inner = docker.client();
            assertThat(inner.listVolumesCmd().exec().getVolumes()).isNullOrEmpty();
            assertThat(inner.listContainersCmd().withShowAll(true).exec()).isEmpty();
            assertThat(inner.listImagesCmd().exec()).hasSizeBetween(0, 1);
            inner.createVolumeCmd().withName("mine").exec();
            TinyImage.into(docker);
            inner.createContainerCmd(TinyImage.NAME).withName("mine").exec();
            UsedDaemons.daemon(test.getTestClass().orElseThrow().getSimpleName(), docker);
        }
    }

    @Test
    void withResetATestFindsNothingOfAnotherAndDaemonsAreUsedAgain() {
        Launches.passed(Launches.of(ResetCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(6));

        assertThat(UsedDaemons.daemons("ResetCases")).hasSize(6);
        assertThat(UsedDaemons.daemons("ResetCases").stream().distinct()).hasSizeLessThan(6);
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    @WithNestedDocker(isolation = Isolation.RESET, images = TinyImage.NAME)
    static class ResetCases extends Untidy {

        @RepeatedTest(6)
        void uses(NestedDocker docker, TestInfo test) {
            assertThat(docker.client().listImagesCmd().exec())
                    .as("the image of the annotation")
                    .hasSize(1);
            use(docker, test);
        }
    }

    @Test
    void withFreshEveryTestHasADaemonThatNobodyHadBefore() {
        Launches.passed(Launches.of(FreshCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(3));

        assertThat(UsedDaemons.daemons("FreshCases")).hasSize(3).doesNotHaveDuplicates();
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    @WithNestedDocker(isolation = Isolation.FRESH)
    static class FreshCases extends Untidy {

        @RepeatedTest(3)
        void uses(NestedDocker docker, TestInfo test) {
            use(docker, test);
        }
    }

    @Test
    void withNoneTestsSeeWhatOthersLeft() {
        Launches.passed(Launches.of(NoneCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(2));
    }

    @WithNestedDocker(isolation = Isolation.NONE)
    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class NoneCases {

        @Test
        void aLeaves(DockerClient inner) {
            inner.createVolumeCmd().withName("mine").exec();
        }

        @Test
        void bFinds(DockerClient inner) {
            inner.inspectVolumeCmd("mine").exec();
        }
    }

    @Test
    void inParallelNoTestSeesAnothers() {
        Launches.passed(Launches.concurrentOf(
                        ParallelResetCases.class,
                        AlsoParallelResetCases.class,
                        SharedResetCases.class,
                        ParallelFreshCases.class))
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(40));
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    @WithNestedDocker(isolation = Isolation.RESET)
    static class ParallelResetCases extends Untidy {

        @RepeatedTest(10)
        void uses(NestedDocker docker, TestInfo test) {
            use(docker, test);
        }
    }

    @WithNestedDocker(shared = true)
    static class AlsoParallelResetCases extends Untidy {

        @RepeatedTest(10)
        void uses(NestedDocker docker, TestInfo test) {
            use(docker, test);
        }
    }

    @WithNestedDocker(shared = true, name = "shared")
    static class SharedResetCases extends Untidy {

        @RepeatedTest(10)
        void uses(@DaemonName("shared") NestedDocker docker, TestInfo test) {
            use(docker, test);
        }
    }

    @WithNestedDocker(isolation = Isolation.FRESH)
    static class ParallelFreshCases extends Untidy {

        @RepeatedTest(10)
        void uses(NestedDocker docker, TestInfo test) {
            use(docker, test);
        }
    }

    @Test
    void aKilledJvmLeavesNothingThatOutlivesTheNextStart() {
        try (ChildJvm jvm = ChildJvm.start(LineRunner.class, KilledCases.class.getName())) {
            jvm.await("IN-THE-MIDDLE");
            assertThat(OuterTestEngine.leftoversOf(jvm.pid())).isNotEmpty();

            jvm.signal("KILL");
            jvm.awaitEnd();

            // A daemon container that the pool was just creating has no lease yet; the next start of a program removes
            // it.
            Set<String> left = Set.of("not looked at yet");
            for (int start = 0; start < 3 && !left.isEmpty(); start++) {
                try (NestedDocker next = NestedDocker.builder().start()) {
                    next.client().pingCmd().exec();
                    left = Eventually.value(
                            Duration.ofSeconds(10), () -> OuterTestEngine.leftoversOf(jvm.pid()), Set::isEmpty);
                }
            }
            assertThat(left).isEmpty();
        }
    }

    @WithNestedDocker(shared = true)
    static class KilledCases {

        @RepeatedTest(2)
        void waits(NestedDocker docker) {
            docker.client().createVolumeCmd().exec();
            System.out.println("IN-THE-MIDDLE");
            Eventually.sleep(60_000);
        }
    }

    @Test
    void whatIsNotATestCannotHaveTheDaemonOfOne() {
        ErrorSentence.of(Launches.failureOf(Launches.of(BeforeAllCases.class)))
                .tried("resolve the parameter NestedDocker docker")
                .on("method " + BeforeAllCases.class.getName() + ".tooEarly(NestedDocker)")
                .because("each test of class " + BeforeAllCases.class.getName() + " has a daemon to itself")
                .cure("ask for it in @BeforeEach");
        ErrorSentence.of(Launches.failureOf(Launches.of(WholeInstanceCases.class)))
                .tried("resolve the parameter NestedDocker docker")
                .on("constructor " + WholeInstanceCases.class.getName())
                .because("has a daemon to itself")
                .cure("isolation = NONE");
        ErrorSentence.of(Launches.failureOf(Launches.of(OnePortCases.class)))
                .tried("give each test of class " + OnePortCases.class.getName() + " a daemon to itself")
                .because("port(2399)")
                .cure("port(0)");
    }

    @WithNestedDocker(isolation = Isolation.RESET)
    static class BeforeAllCases {

        @BeforeAll
        static void tooEarly(NestedDocker docker) {}

        @Test
        void neverRuns() {}
    }

    @WithNestedDocker(shared = true)
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class WholeInstanceCases {

        WholeInstanceCases(NestedDocker docker) {}

        @Test
        void neverRuns() {}
    }

    @WithNestedDocker(isolation = Isolation.RESET, port = 2399)
    static class OnePortCases {

        @Test
        void neverRuns() {}
    }
}
