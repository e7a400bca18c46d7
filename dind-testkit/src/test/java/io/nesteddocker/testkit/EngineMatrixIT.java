package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.testkit.engine.EventConditions.displayName;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedSuccessfully;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.EngineInfo;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.Event;

/** Tests that one test can run on several versions of the inner engine. */
@ExtendWith(LeakCheck.class)
class EngineMatrixIT {

    private static final Map<String, String> ROWS = Map.of(
            "engine 20.10 (nested-docker:bookworm)", "nested-docker:bookworm",
            "engine 26.1 (nested-docker:trixie)", "nested-docker:trixie",
            "engine newest (nested-docker-test:official)", "nested-docker-test:official",
            "engine 29 (docker:29-dind)", "docker:29-dind");

    private static final Map<String, String> VERSIONS = new ConcurrentHashMap<>();

    @BeforeEach
    void forget() {
        VERSIONS.clear();
        UsedDaemons.forget();
    }

    @Test
    void everyVersionIsAnInvocationWithItsOwnEngine() {
        List<String> there = ROWS.keySet().stream()
                .filter(row -> outerEngineHas(ROWS.get(row)))
                .toList();

        EngineExecutionResults results = Launches.of(MatrixCases.class);

        assertThat(Launches.failuresOf(results)).isEmpty();
        for (String row : ROWS.keySet()) {
            // An image that is not there may be pulled.
            if (there.contains(row) || !abortedRows(results).contains(row)) {
                results.testEvents().assertThatEvents().haveExactly(1, event(displayName(row), finishedSuccessfully()));
            }
        }
        assertThat(VERSIONS)
                .containsKeys("engine 26.1 (nested-docker:trixie)", "engine newest (nested-docker-test:official)");
        VERSIONS.forEach((row, version) -> {
            String wanted = row.split(" ")[1];
            assertThat(wanted.equals("newest") || version.startsWith(wanted + "."))
                    .as("%s has %s", row, version)
                    .isTrue();
        });
        assertThat(UsedDaemons.alive()).isEmpty();
    }

    static class MatrixCases {

        MatrixCases(DockerClient innerClient) {
            innerClient.pingCmd().exec();
        }

        @EngineMatrix(
                value = {"20.10", "26.1", "newest", "29"},
                whenUnavailable = WhenUnavailable.SKIP)
        @WithNestedDocker(daemonArgs = "--label=row=matrix")
        void runs(NestedDocker docker, EngineInfo engine, org.junit.jupiter.api.TestInfo test) {
            UsedDaemons.daemon("row", docker);
            VERSIONS.put(test.getDisplayName(), engine.version());
            assertThat(docker.client().infoCmd().exec().getLabels()).contains("row=matrix");
        }
    }

    @Test
    void anEngineThatCannotBeHadOrIsAnotherIsReportedAsThat() {
        EngineExecutionResults results = Launches.of(BrokenRowsCases.class);

        results.testEvents()
                .assertThatEvents()
                .haveExactly(
                        1,
                        event(
                                displayName("engine 0.1 (nested-docker-test:no-such-image)"),
                                finishedWithFailure(message(text -> text.contains("nested-docker-test:no-such-image")
                                        && text.contains("BrokenRowsCases.neverRuns(NestedDocker) on engine 0.1")
                                        && text.contains("a line for 0.1 in nested-docker-engines.properties")))))
                .haveExactly(
                        1,
                        event(
                                displayName("engine 19.3 (nested-docker:trixie)"),
                                finishedWithFailure(message(text -> text.contains("holds engine 26.1")
                                        && text.contains("nested-docker-engines.properties")))));
        assertThat(UsedDaemons.all()).isEmpty();
    }

    static class BrokenRowsCases {

        @EngineMatrix({"0.1", "19.3"})
        void neverRuns(NestedDocker docker) {
            UsedDaemons.daemon("ran", docker);
        }
    }

    @Test
    void aVersionThatNoFileKnowsHasDockersOwnImage() {
        assertThat(Launches.of(UnknownRowCases.class).testEvents().started().stream()
                        .map(event -> event.getTestDescriptor().getDisplayName()))
                .containsExactly("engine 29.0 (docker:29.0-dind)");
    }

    static class UnknownRowCases {

        @EngineMatrix("29.0")
        @WithNestedDocker(customizer = MisuseTest.Nowhere.class)
        void neverRuns() {}
    }

    private static List<String> abortedRows(EngineExecutionResults results) {
        return results.testEvents()
                .aborted()
                .filter(event -> event.getRequiredPayload(TestExecutionResult.class)
                        .getThrowable()
                        .orElseThrow()
                        .getMessage()
                        .contains("No nested daemon is available"))
                .map(EngineMatrixIT::displayNameOf)
                .toList();
    }

    private static String displayNameOf(Event event) {
        return event.getTestDescriptor().getDisplayName();
    }

    private static boolean outerEngineHas(String image) {
        try {
            OuterTestEngine.client().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }
}
