package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** Tests {@code @WithNestedDocker(testcontainers = true)}; the engines' own lists show where each container is. */
@ExtendWith(LeakCheck.class)
class TestcontainersInsideIT {

    /** The IDs of the containers of fixtures, by the daemon that should have them; the key of the outer engine is empty. */
    private static final Map<String, Set<String>> STARTED = new ConcurrentHashMap<>();

    private static final Map<String, NestedDocker> DAEMONS = new ConcurrentHashMap<>();

    @BeforeEach
    void forget() {
        STARTED.clear();
        DAEMONS.clear();
    }

    @AfterEach
    void noneIsLeftOutside() {
        Set<String> left = new HashSet<>(ContainerPlace.containersOf(OuterTestEngine.client()));
        STARTED.values().forEach(ids -> assertNoneOf(ids, left));
    }

    @Test
    void parallelClassesWithDaemonsOfTheirOwnAndOneWithoutDontMeet() {
        Launches.passed(Launches.concurrentOf(FirstCases.class, OtherCases.class, OutsideCases.class))
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(10));

        assertThat(DAEMONS).hasSize(2);
        assertThat(STARTED.get("")).hasSize(2);
        assertThat(STARTED.values().stream().mapToInt(Set::size).sum()).isEqualTo(2 + 2 * 6);
    }

    /** Base of test classes with a container for the class, and with containers and networks for tests. */
    abstract static class Cases {

        static void started(NestedDocker docker, GenericContainer<?> container) {
            DAEMONS.put(docker.daemonContainerId(), docker);
            STARTED.computeIfAbsent(docker.daemonContainerId(), unknown -> ConcurrentHashMap.newKeySet())
                    .add(container.getContainerId());
            assertEachIsWhereItShouldBe();
        }

        abstract WebContainer ofTheClass();

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3})
        void reusesTheContainerOfTheClass(int time, NestedDocker docker) {
            assertThat(ofTheClass().page()).isEqualTo("class");
            assertThat(ofTheClass().isRunning()).isTrue();
            try (WebContainer own = WebContainer.started("own " + time)) {
                started(docker, own);
                assertThat(own.page()).isEqualTo("own " + time);
            }
        }

        @Test
        void hasANetworkWithTwoContainers(NestedDocker docker) {
            try (Network network = Network.newNetwork();
                    WebContainer web =
                            new WebContainer("web").withNetwork(network).withNetworkAliases("web");
                    WebContainer client =
                            new WebContainer("client").withNetwork(network).dependsOn(web)) {
                client.start();
                started(docker, web);
                started(docker, client);
                assertThat(client.sees("wget", "-q", "-O", "-", "http://web:8080/"))
                        .isEqualTo("web");
            }
        }
    }

    @WithNestedDocker(testcontainers = true)
    static class FirstCases extends Cases {

        private static final WebContainer WEB = new WebContainer("class");

        @BeforeAll
        static void start(NestedDocker docker) {
            WEB.start();
            started(docker, WEB);
        }

        @AfterAll
        static void stop() {
            WEB.stop();
        }

        @Override
        WebContainer ofTheClass() {
            return WEB;
        }
    }

    @WithNestedDocker(testcontainers = true)
    static class OtherCases extends Cases {

        private static final WebContainer WEB = new WebContainer("class");

        @BeforeAll
        static void start(NestedDocker docker) {
            WEB.start();
            started(docker, WEB);
        }

        @AfterAll
        static void stop() {
            WEB.stop();
        }

        @Override
        WebContainer ofTheClass() {
            return WEB;
        }
    }

    static class OutsideCases {

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        void usesTheOuterEngine(int time) {
            try (WebContainer own = WebContainer.started("outer " + time)) {
                STARTED.computeIfAbsent("", outer -> ConcurrentHashMap.newKeySet())
                        .add(own.getContainerId());
                assertThat(own.page()).isEqualTo("outer " + time);
                assertEachIsWhereItShouldBe();
            }
        }
    }

    /** Asserts that no container is on a wrong engine. A container may have been removed meanwhile. */
    private static void assertEachIsWhereItShouldBe() {
        List<String> outside = ContainerPlace.containersOf(OuterTestEngine.client());
        STARTED.forEach((place, ids) -> {
            if (!place.isEmpty()) {
                assertNoneOf(ids, outside);
            }
        });
        DAEMONS.forEach((id, docker) -> {
            if (ContainerPlace.isOpen(docker)) {
                Set<String> expected = STARTED.getOrDefault(id, Set.of());
                List<String> others = STARTED.values().stream()
                        .filter(ids -> ids != expected)
                        .flatMap(Set::stream)
                        .toList();
                assertNoneOf(others, ContainerPlace.containersOf(docker.client()));
            }
        });
    }

    /** Unlike AssertJ's own assertion, this one allows that no container has started so far. */
    private static void assertNoneOf(Collection<String> unexpected, Collection<String> found) {
        assertThat(found).filteredOn(unexpected::contains).isEmpty();
    }

    @Test
    void beforeAndAfterTheOuterEngineIsUsed() {
        try (WebContainer before = WebContainer.started("before")) {
            Launches.passed(Launches.of(LifecycleCases.class))
                    .testEvents()
                    .assertStatistics(tests -> tests.succeeded(2));
            assertThat(before.page()).isEqualTo("before");
            try (WebContainer after = WebContainer.started("after")) {
                ContainerPlace.assertOutsideOnly(after.getContainerId());
                assertThat(after.page()).isEqualTo("after");
            }
        }
    }

    @WithNestedDocker(testcontainers = true)
    static class LifecycleCases {

        private final WebContainer ofTheConstructor = WebContainer.started("constructor");
        private WebContainer ofEach;

        @BeforeEach
        void start() {
            ofEach = WebContainer.started("each");
        }

        @AfterEach
        void stop(NestedDocker docker) {
            ContainerPlace.assertInsideOnly(ofTheConstructor.getContainerId(), docker);
            ContainerPlace.assertInsideOnly(ofEach.getContainerId(), docker);
            ofEach.stop();
            ofTheConstructor.stop();
            assertThat(ContainerPlace.containersOf(docker.client())).isEmpty();
        }

        @Test
        void test() {
            assertThat(Stream.of(ofEach, ofTheConstructor).map(WebContainer::page))
                    .containsExactly("each", "constructor");
        }

        @Nested
        class Inner {

            @Test
            void test() {
                assertThat(ofEach.page()).isEqualTo("each");
            }
        }
    }

    @Test
    void whereEachTestHasADaemonTheClassCantStartContainers() {
        assertThat(Launches.failureOf(Launches.of(ResetCases.class)))
                .hasMessageContaining("class " + ResetCases.class.getName())
                .hasMessageContaining("@BeforeEach");
    }

    @WithNestedDocker(isolation = Isolation.RESET, testcontainers = true)
    static class ResetCases {

        @BeforeAll
        static void start() {
            new WebContainer("class").start();
        }

        @Test
        void neverRuns() {
            throw new AssertionError("ran");
        }
    }

    @Test
    void twoDaemonsForTestcontainersAreRefused() {
        assertThat(Launches.failureOf(Launches.of(TwoCases.class)))
                .hasMessageContaining("class " + TwoCases.class.getName())
                .hasMessageContaining("\"a\", \"b\"")
                .hasMessageContaining("set it for one daemon only");
    }

    @WithNestedDocker(name = "a", testcontainers = true)
    @WithNestedDocker(name = "b", testcontainers = true)
    static class TwoCases {

        @Test
        void neverRuns() {
            throw new AssertionError("ran");
        }
    }

    @Test
    void testcontainersOwnExtensionStartsItsContainersInside() {
        Launches.passed(Launches.of(AnnotatedContainerCases.class))
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(1));
    }

    @WithNestedDocker(testcontainers = true)
    @Testcontainers
    static class AnnotatedContainerCases {

        @Container
        static final WebContainer OF_THE_CLASS = new WebContainer("class");

        @Container
        final WebContainer ofTheTest = new WebContainer("test");

        @Test
        void bothAreInside(NestedDocker docker) {
            ContainerPlace.assertInsideOnly(OF_THE_CLASS.getContainerId(), docker);
            ContainerPlace.assertInsideOnly(ofTheTest.getContainerId(), docker);
            assertThat(OF_THE_CLASS.page()).isEqualTo("class");
            assertThat(ofTheTest.page()).isEqualTo("test");
        }
    }

    @Test
    void itsStaticContainersDontGoWithParallelClasses() {
        assertThat(Launches.failureOf(Launches.concurrentOf(AnnotatedContainerCases.class)))
                .hasMessageContaining("class " + AnnotatedContainerCases.class.getName())
                .hasMessageContaining("OF_THE_CLASS")
                .hasMessageContaining("start that container in @BeforeAll");
        assertThat(AnnotatedContainerCases.OF_THE_CLASS.isCreated()).isFalse();
    }
}
