package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.LeakCheck;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests daemons in fields. */
@ExtendWith(LeakCheck.class)
class FieldIT {

    @BeforeEach
    void forget() {
        UsedDaemons.forget();
    }

    @Test
    void aStaticFieldLivesAsLongAsTheClassAnInstanceFieldAsTheTest() {
        Launches.passed(Launches.of(FieldCases.class)).testEvents().assertStatistics(tests -> tests.succeeded(3));

        assertThat(UsedDaemons.daemons("static").stream().distinct()).hasSize(1);
        assertThat(UsedDaemons.daemons("instance")).hasSize(2).doesNotHaveDuplicates();
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class FieldCases {

        @RegisterExtension
        static final NestedDockerExtension OF_THE_CLASS =
                NestedDockerExtension.of(NestedDocker.builder().label("of", "class"));

        @RegisterExtension
        final NestedDockerExtension ofTheTest =
                NestedDockerExtension.of(NestedDocker.builder()).named("mine");

        @BeforeAll
        static void isThereAlready() {
            UsedDaemons.daemon("static", OF_THE_CLASS.docker());
            assertThat(OF_THE_CLASS.dockerHost()).isInstanceOf(URI.class);
            assertThat(OF_THE_CLASS.endpoint()).isEqualTo(OF_THE_CLASS.docker().endpoint());
        }

        @Test
        void first(DockerClient innerClient, @DaemonName("mine") NestedDocker mine) {
            assertThat(innerClient).isSameAs(OF_THE_CLASS.client());
            assertThat(mine).isSameAs(ofTheTest.docker());
            UsedDaemons.daemon("instance", mine);
        }

        @Test
        @WithNestedDocker(name = "annotated")
        void second(@DaemonName("annotated") NestedDocker annotated, NestedDocker unnamed) {
            assertThat(annotated).isNotSameAs(unnamed);
            UsedDaemons.daemon("instance", ofTheTest.docker());
        }

        @Nested
        class Inside {

            @Test
            void usesTheOneOfTheClass(NestedDocker docker) {
                UsedDaemons.daemon("static", docker);
            }
        }
    }

    @Test
    void classesThatInheritAFieldAndRunAtTheSameTimeUseOneDaemon() {
        Launches.passed(Launches.concurrentOf(OneHeir.class, OtherHeir.class))
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(2));

        assertThat(UsedDaemons.daemons("inherited")).hasSize(2);
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    abstract static class Parent {

        @RegisterExtension
        static final NestedDockerExtension DAEMON = NestedDockerExtension.of(NestedDocker.builder());

        @Test
        void uses(NestedDocker docker) {
            assertThat(docker).isSameAs(DAEMON.docker());
            UsedDaemons.daemon("inherited", docker);
        }
    }

    static class OneHeir extends Parent {}

    static class OtherHeir extends Parent {}

    @Test
    void theBuildersClashesFailTheClass() {
        Throwable failure = Launches.failureOf(Launches.of(ClashingCases.class));

        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessageContaining("keepRunning");
    }

    static class ClashingCases {

        @RegisterExtension
        static final NestedDockerExtension DAEMON =
                NestedDockerExtension.of(NestedDocker.builder().keepRunning());

        @Test
        void neverRuns() {
            throw new AssertionError("ran: " + List.of(DAEMON));
        }
    }
}
