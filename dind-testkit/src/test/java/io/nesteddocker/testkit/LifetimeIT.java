package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.Diagnostics;
import io.nesteddocker.Endpoint;
import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.shared.SoleUse;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how long the daemons of annotations live, and which parameters receive them. */
@ExtendWith(LeakCheck.class)
class LifetimeIT {

    @BeforeEach
    void forget() {
        UsedDaemons.forget();
    }

    @Test
    void aClassHasOneDaemonForAllThatIsInIt() {
        Launches.passed(Launches.of(ClassCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(3));

        assertThat(UsedDaemons.all().keySet())
                .containsExactly(
                        "afterAll", "afterEach", "beforeAll", "beforeEach", "constructor", "first", "nested", "second");
        assertThat(UsedDaemons.all().values().stream().flatMap(List::stream).distinct())
                .hasSize(1);
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    @Test
    @WithNestedDocker(publishPorts = PortMapping.RANDOM)
    void aDaemonPublishesPortsIfTheAnnotationSaysSo(NestedDocker docker) {
        assertThat(docker.publishedPorts()).isEmpty();
    }

    @Test
    @WithNestedDocker
    void itDoesNotPublishPortsByDefault(NestedDocker docker) {
        assertThatThrownBy(docker::publishedPorts)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("publishes no ports");
    }

    @Test
    void theNextRunFindsTheDaemonOfThisOne() throws IOException {
        SoleUse name = SoleUse.of(ReuseCases.NAME);
        System.setProperty("nesteddocker.reuse", "true");
        try {
            Launches.passed(Launches.of(ReuseCases.class));
            Launches.passed(Launches.of(ReuseCases.class));

            assertThat(UsedDaemons.daemons("reused")).hasSize(2);
            assertThat(UsedDaemons.alive())
                    .isEqualTo(UsedDaemons.daemons("reused").stream().distinct().toList());
        } finally {
            System.clearProperty("nesteddocker.reuse");
            UsedDaemons.alive().forEach(OuterTestEngine::removeContainer);
            name.close();
        }
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    @Test
    void noRunFindsADaemonWhereReuseIsOff() {
        System.setProperty("nesteddocker.reuse", "false");
        try {
            Launches.passed(Launches.of(ReuseCases.class));

            assertThat(UsedDaemons.daemons("reused")).hasSize(1);
            assertThat(UsedDaemons.alive()).isEmpty();
        } finally {
            System.clearProperty("nesteddocker.reuse");
        }
    }

    @WithNestedDocker(reuse = ReuseCases.NAME)
    static class ReuseCases {

        static final String NAME = "testkit-it";

        @Test
        void uses(NestedDocker docker) {
            UsedDaemons.daemon("reused", docker);
        }
    }

    @WithNestedDocker
    static class ClassCases {

        ClassCases(NestedDocker docker) {
            UsedDaemons.daemon("constructor", docker);
        }

        @BeforeAll
        static void beforeAll(NestedDocker docker) {
            UsedDaemons.daemon("beforeAll", docker);
        }

        @BeforeEach
        void beforeEach(NestedDocker docker) {
            UsedDaemons.daemon("beforeEach", docker);
        }

        @AfterEach
        void afterEach(NestedDocker docker) {
            UsedDaemons.daemon("afterEach", docker);
        }

        @AfterAll
        static void afterAll(NestedDocker docker) {
            UsedDaemons.daemon("afterAll", docker);
        }

        @Test
        void first(NestedDocker docker) {
            UsedDaemons.daemon("first", docker);
        }

        @Test
        void second(
                NestedDocker docker,
                DockerClient innerClient,
                Endpoint endpoint,
                EngineInfo engine,
                Diagnostics diagnostics) {
            UsedDaemons.daemon("second", docker);
            assertThat(innerClient).isSameAs(docker.client());
            assertThat(endpoint).isEqualTo(docker.endpoint());
            assertThat(engine).isEqualTo(docker.engine());
            assertThat(diagnostics.containerState()).isEqualTo("running");
        }

        @Nested
        class Inside {

            @Test
            void nested(NestedDocker docker) {
                UsedDaemons.daemon("nested", docker);
            }
        }
    }

    @Test
    void everyTestOfAnAnnotatedMethodHasADaemonOfItsOwn() {
        Launches.passed(Launches.of(MethodCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(6));

        assertThat(UsedDaemons.daemons("repeated")).hasSize(2).doesNotHaveDuplicates();
        assertThat(UsedDaemons.daemons("parameterized")).hasSize(2).doesNotHaveDuplicates();
        assertThat(UsedDaemons.daemons("single")).hasSize(1);
        assertThat(new LinkedHashSet<>(UsedDaemons.daemons("beforeEach")))
                .as("the tests' daemons, as a lifecycle method saw them")
                .hasSize(5);
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    static class MethodCases {

        @BeforeEach
        void beforeEach(org.junit.jupiter.api.TestInfo test) {
            assertThat(UsedDaemons.alive()).as("daemons of earlier tests").isEmpty();
        }

        @Test
        @WithNestedDocker
        void single(NestedDocker docker) {
            note("single", docker);
        }

        @RepeatedTest(2)
        @WithNestedDocker
        void repeated(NestedDocker docker) {
            note("repeated", docker);
        }

        @ParameterizedTest
        @ValueSource(strings = {"a", "b"})
        @WithNestedDocker
        void parameterized(String value, NestedDocker docker) {
            note("parameterized", docker);
        }

        @Test
        void without() {
            assertThat(UsedDaemons.alive()).isEmpty();
        }

        private static void note(String word, NestedDocker docker) {
            UsedDaemons.daemon(word, docker);
            UsedDaemons.daemon("beforeEach", docker);
        }
    }

    @Test
    void aSharedDaemonLivesUntilTheLaunchIsOver() {
        Launches.passed(Launches.of(SharedCases.class, AlsoSharedCases.class));

        assertThat(UsedDaemons.daemons("shared")).hasSize(2);
        assertThat(new LinkedHashSet<>(UsedDaemons.daemons("shared"))).hasSize(1);
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    @WithNestedDocker(shared = true, isolation = Isolation.NONE)
    static class SharedCases {

        @Test
        void uses(NestedDocker docker) {
            UsedDaemons.daemon("shared", docker);
        }
    }

    @WithNestedDocker(shared = true, isolation = Isolation.NONE, name = "whatever")
    static class AlsoSharedCases {

        @Test
        void uses(NestedDocker docker) {
            UsedDaemons.daemon("shared", docker);
        }
    }

    @Test
    void anInstanceOfTheWholeClassGetsTheDaemonOfTheClass() {
        Launches.passed(Launches.of(PerClassCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(2));

        assertThat(UsedDaemons.daemons("class").stream().distinct()).hasSize(1);
        assertThat(UsedDaemons.daemons("method")).hasSize(1).doesNotContainAnyElementsOf(UsedDaemons.daemons("class"));
    }

    @WithNestedDocker
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class PerClassCases {

        PerClassCases(NestedDocker docker) {
            UsedDaemons.daemon("class", docker);
        }

        @Test
        void uses(NestedDocker docker) {
            UsedDaemons.daemon("class", docker);
        }

        @Test
        @WithNestedDocker
        void replaces(NestedDocker docker) {
            UsedDaemons.daemon("method", docker);
        }
    }

    @Test
    void namesTellDaemonsApart() {
        Launches.passed(Launches.of(NamedCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(1));

        assertThat(UsedDaemons.all().values().stream().flatMap(List::stream).distinct())
                .hasSize(3);
    }

    @Retention(RetentionPolicy.RUNTIME)
    @WithNestedDocker(name = "blue", daemonArgs = "--label=colour=blue")
    @interface Blue {}

    @Blue
    static class BaseCases {}

    @WithNestedDocker(name = "green", customizer = Greener.class)
    static class NamedCases extends BaseCases {

        @Test
        @WithNestedDocker
        void hasThree(
                @DaemonName("blue") NestedDocker blue, @DaemonName("green") NestedDocker green, NestedDocker unnamed) {
            UsedDaemons.daemon("blue", blue);
            UsedDaemons.daemon("green", green);
            UsedDaemons.daemon("unnamed", unnamed);
            assertThat(blue.client().infoCmd().exec().getLabels()).contains("colour=blue");
            assertThat(green.client().infoCmd().exec().getLabels()).contains("colour=green");
        }
    }

    static final class Greener implements NestedDockerCustomizer {

        @Override
        public void customize(io.nesteddocker.NestedDockerBuilder builder) {
            builder.daemonArgs("--label=colour=green");
        }
    }
}
