package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.Privilege;
import io.nesteddocker.testing.ErrorSentence;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;

/** Tests that the error messages for wrong use name the class, the method and the remedy. These tests need no engine. */
class MisuseTest {

    private static final String HERE = MisuseTest.class.getName();

    @Test
    void aNameWithoutAnyDeclarationIsRefused() {
        ErrorSentence.of(Launches.failureOf(Launches.of(NameWithoutADaemonCases.class)))
                .tried("resolve the parameter NestedDocker docker")
                .on("method " + HERE + "$NameWithoutADaemonCases.asks(NestedDocker)")
                .because("no daemon is declared for it")
                .cure("write @WithNestedDocker");
    }

    static class NameWithoutADaemonCases {

        @Test
        void asks(@DaemonName("blue") NestedDocker docker) {}
    }

    @Test
    void aParameterOfAnUnknownNameListsThoseInReach() {
        ErrorSentence.of(Launches.failureOf(Launches.of(UnknownNameCases.class)))
                .tried("resolve the parameter NestedDocker docker")
                .on("method " + HERE + "$UnknownNameCases.asks(NestedDocker)")
                .because("no daemon there has the name \"blue\"")
                .cure("the daemons declared there are \"red\", \"green\", so name one of them with @DaemonName");
    }

    /** The method with the parameter runs before all tests, because a daemon of a single test starts only after that. */
    @WithNestedDocker(name = "red", isolation = Isolation.FRESH)
    @WithNestedDocker(name = "green", isolation = Isolation.FRESH)
    static class UnknownNameCases {

        @BeforeAll
        static void asks(@DaemonName("blue") NestedDocker docker) {}

        @Test
        void neverRuns() {}
    }

    @Test
    void aParameterWithoutAnyDeclarationIsNamedByJUnitAndTheCureIsBelow() {
        Throwable failure = Launches.failureInALauncher(UndeclaredCases.class);

        assertThat(failure).hasMessageContaining("NestedDocker").hasMessageContaining("UndeclaredCases.asks");
        assertThat(failure.getSuppressed()).hasSize(1);
        ErrorSentence.of(failure.getSuppressed()[0])
                .tried("give the NestedDocker of a nested daemon")
                .on("method " + UndeclaredCases.class.getName() + ".asks")
                .because("no daemon is declared there")
                .cure("@WithNestedDocker");
    }

    static class UndeclaredCases {

        @Test
        void asks(NestedDocker docker) {}
    }

    @Test
    void twoDaemonsOfOneNameAreRefused() {
        ErrorSentence.of(Launches.failureOf(Launches.of(TwinCases.class)))
                .tried("find the daemons of")
                .on("class " + HERE + "$TwinCases")
                .because("two @WithNestedDocker on it have the name \"blue\"")
                .cure("give each a name of its own");
    }

    @WithNestedDocker(name = "blue")
    @WithNestedDocker(name = "blue", port = 0)
    static class TwinCases {

        @Test
        void neverRuns() {}
    }

    @Test
    void twoEqualDaemonsWithoutANameAreRefused() {
        ErrorSentence.of(Launches.failureOf(Launches.of(EqualTwinsOnAMethodCases.class)))
                .tried("find the daemons of")
                .on("method " + HERE + "$EqualTwinsOnAMethodCases.neverRuns(NestedDocker)")
                .because("two @WithNestedDocker on it have no name")
                .cure("give each a name of its own");
        ErrorSentence.of(Launches.failureOf(Launches.of(EqualTwinsOnAClassCases.class)))
                .tried("find the daemons of")
                .on("class " + HERE + "$EqualTwinsOnAClassCases")
                .because("two @WithNestedDocker on it have no name")
                .cure("give each a name of its own");
    }

    static class EqualTwinsOnAMethodCases {

        @Test
        @WithNestedDocker
        @WithNestedDocker
        void neverRuns(NestedDocker docker) {}
    }

    @WithNestedDocker
    @WithNestedDocker
    static class EqualTwinsOnAClassCases {

        @Test
        void neverRuns() {}
    }

    @Test
    void aBadAttributeIsNamedWithItsElement() {
        ErrorSentence.of(Launches.failureOf(Launches.of(BadPortCases.class)))
                .tried("read @WithNestedDocker")
                .on("method " + HERE + "$BadPortCases.asks(DockerClient)")
                .because("the port 70000")
                .cure("give one of these");
        ErrorSentence.of(Launches.failureOf(Launches.of(BadRuntimeCases.class)))
                .tried("read @WithNestedDocker")
                .on("class " + HERE + "$BadRuntimeCases")
                .because("go together")
                .cure("give both or none");
        ErrorSentence.of(Launches.failureOf(Launches.of(BadMemoryCases.class)))
                .tried("read @WithNestedDocker")
                .on("class " + HERE + "$BadMemoryCases")
                .because("\"lots\"")
                .cure("such as");
    }

    static class BadPortCases {

        @Test
        @WithNestedDocker(port = 70_000)
        void asks(DockerClient innerClient) {}
    }

    @WithNestedDocker(privilege = Privilege.Kind.RUNTIME)
    static class BadRuntimeCases {

        @Test
        void neverRuns() {}
    }

    @WithNestedDocker(memory = "lots")
    static class BadMemoryCases {

        @Test
        void neverRuns() {}
    }

    @Test
    void aFailingCustomizerIsNamedWithItsElement() {
        ErrorSentence.of(Launches.failureOf(Launches.of(FailingCustomizerCases.class)))
                .tried("apply the customizer " + HERE + "$Failing")
                .on("class " + HERE + "$FailingCustomizerCases")
                .because("broken on purpose")
                .cure("Fix its customize");
    }

    @WithNestedDocker(customizer = Failing.class)
    static class FailingCustomizerCases {

        @Test
        void neverRuns() {}
    }

    static final class Failing implements NestedDockerCustomizer {

        @Override
        public void customize(NestedDockerBuilder builder) {
            throw new UnsupportedOperationException("broken on purpose");
        }
    }

    @Test
    void aCustomizerThatCannotBeMadeIsNamedWithItsElement() {
        ErrorSentence.of(Launches.failureOf(Launches.of(UnmakeableCustomizerCases.class)))
                .tried("make the customizer " + HERE + "$Unmakeable")
                .on("class " + HERE + "$UnmakeableCustomizerCases")
                .because("that failed")
                .cure("a constructor without parameters");
    }

    @WithNestedDocker(customizer = Unmakeable.class)
    static class UnmakeableCustomizerCases {

        @Test
        void neverRuns() {}
    }

    static final class Unmakeable implements NestedDockerCustomizer {

        Unmakeable(String needed) {}

        @Override
        public void customize(NestedDockerBuilder builder) {}
    }

    @Test
    void aMatrixWithoutVersionsOrWithOneTwiceIsRefused() {
        ErrorSentence.of(Launches.failureOf(Launches.of(EmptyMatrixCases.class)))
                .tried("read @EngineMatrix")
                .on("method " + HERE + "$EmptyMatrixCases.neverRuns()")
                .because("its versions are []")
                .cure("name one or more");
        ErrorSentence.of(Launches.failureOf(Launches.of(TwiceMatrixCases.class)))
                .tried("read @EngineMatrix")
                .on("method " + HERE + "$TwiceMatrixCases.neverRuns()")
                .because("[26.1, 26.1]")
                .cure("none of them empty or twice");
    }

    static class EmptyMatrixCases {

        @EngineMatrix({})
        void neverRuns() {}
    }

    static class TwiceMatrixCases {

        @EngineMatrix({"26.1", "26.1"})
        void neverRuns() {}
    }

    @Test
    void aFieldIsUsableInTestsOnly() {
        NestedDockerExtension stray =
                NestedDockerExtension.of(NestedDocker.builder()).named("stray");

        ErrorSentence.of(org.assertj.core.api.Assertions.catchThrowable(stray::docker))
                .tried("use the daemon of a NestedDockerExtension")
                .on("\"stray\"")
                .because("no test that uses it is running")
                .cure("@RegisterExtension");
    }

    @Test
    void withoutAnEngineTestsFail() {
        assertThat(Launches.failureOf(Launches.of(NoEngineCases.class)))
                .isInstanceOf(io.nesteddocker.OuterEngineException.class)
                .hasMessageContaining("unix:///nowhere.sock");
    }

    @Test
    void aDaemonThatCannotBeHadIsNamedWithItsElement() {
        ErrorSentence.of(Launches.failureOf(Launches.of(NoEngineCases.class)))
                .tried("give a nested daemon")
                .on("class " + HERE + "$NoEngineCases")
                .because("unix:///nowhere.sock");
        ErrorSentence.of(Launches.failureOf(Launches.of(NoEngineInAFieldCases.class)))
                .tried("give a nested daemon")
                .on("a field of class " + HERE + "$NoEngineInAFieldCases")
                .because("unix:///nowhere.sock");
        ErrorSentence.of(Launches.failureOf(Launches.of(NoEngineInARowCases.class)))
                .tried("give a nested daemon")
                .on("method " + HERE + "$NoEngineInARowCases.neverRuns() on engine 29.0")
                .because("unix:///nowhere.sock")
                .cure("name it in a line for 29.0 in nested-docker-engines.properties");
    }

    static class NoEngineInAFieldCases {

        @RegisterExtension
        static final NestedDockerExtension DAEMON =
                NestedDockerExtension.of(NestedDocker.builder().outer(URI.create("unix:///nowhere.sock")));

        @Test
        void neverRuns() {}
    }

    static class NoEngineInARowCases {

        @EngineMatrix("29.0")
        @WithNestedDocker(customizer = Nowhere.class)
        void neverRuns() {}
    }

    @Test
    void aCustomizerIsCalledOnceForADaemon() {
        Counting.calls.set(0);

        assertThat(Launches.failuresOf(Launches.of(CountedCases.class))).hasSize(2);

        assertThat(Counting.calls).hasValue(1);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    static class CountedCases {

        @Test
        @WithNestedDocker(shared = true, isolation = Isolation.NONE, customizer = Counting.class)
        void first(NestedDocker docker) {}

        @Test
        @WithNestedDocker(shared = true, isolation = Isolation.NONE, customizer = Counting.class)
        void second(NestedDocker docker) {}
    }

    static final class Counting implements NestedDockerCustomizer {

        private static final AtomicInteger calls = new AtomicInteger();

        @Override
        public void customize(NestedDockerBuilder builder) {
            calls.incrementAndGet();
            builder.outer(URI.create("unix:///nowhere.sock"));
        }
    }

    @WithNestedDocker(customizer = Nowhere.class)
    static class NoEngineCases {

        @Test
        void neverRuns() {}
    }

    static final class Nowhere implements NestedDockerCustomizer {

        @Override
        public void customize(NestedDockerBuilder builder) {
            builder.outer(URI.create("unix:///nowhere.sock"));
        }
    }

    @Test
    void withoutAnEngineTestsAreSkippedOnRequestAndTheReasonIsTheEnginesOwn() {
        for (Class<?> cases : new Class<?>[] {
            SkippedClassCases.class, SkippedMethodCases.class, SkippedConstructorCases.class, SkippedFieldCases.class
        }) {
            EngineExecutionResults results = Launches.of(cases);

            assertThat(Launches.failuresOf(results)).as("failures of %s", cases).isEmpty();
            assertThat(results.allEvents()
                            .aborted()
                            .map(event -> event.getRequiredPayload(TestExecutionResult.class)
                                    .getThrowable()
                                    .orElseThrow()
                                    .getMessage()))
                    .as("reasons of %s", cases)
                    .singleElement()
                    .asString()
                    .contains("No nested daemon is available", "unix:///nowhere.sock");
        }
    }

    @WithNestedDocker(customizer = Nowhere.class, whenUnavailable = WhenUnavailable.SKIP)
    static class SkippedClassCases {

        @BeforeAll
        static void neverRuns(NestedDocker docker) {}

        @Test
        void neverRuns() {}
    }

    static class SkippedMethodCases {

        @Test
        @WithNestedDocker(customizer = Nowhere.class, whenUnavailable = WhenUnavailable.SKIP)
        void neverRuns(NestedDocker docker) {}
    }

    static class SkippedConstructorCases {

        SkippedConstructorCases(NestedDocker docker) {}

        @Test
        @WithNestedDocker(customizer = Nowhere.class, whenUnavailable = WhenUnavailable.SKIP)
        void neverRuns() {}
    }

    static class SkippedFieldCases {

        @RegisterExtension
        static final NestedDockerExtension DAEMON = NestedDockerExtension.of(
                        NestedDocker.builder().outer(URI.create("unix:///nowhere.sock")))
                .whenUnavailable(WhenUnavailable.SKIP);

        @Test
        void neverRuns() {}
    }
}
