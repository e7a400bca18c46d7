package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.OutputDirectoryCreator;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Tests the failure report if the daemon does not answer, or if an error prevents the report. */
@ExtendWith(LeakCheck.class)
class FrozenDaemonReportIT {

    @TempDir
    Path output;

    @Test
    void aDaemonThatDoesNotAnswerHoldsTheReportUpForAWhileOnly() throws IOException {
        Reports reports = Reports.of(FrozenCases.class, output);

        assertThat(reports.getSummary().getTestsFailedCount()).isEqualTo(1);
        assertThat(reports.files().get("containers.txt")).contains("no answer");
        assertThat(reports.files().get("diagnostics.txt")).contains("paused");
    }

    @Test
    void anErrorInTheReportIsBelowTheFailureAndNotInItsPlace() {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(FailingCases.class))
                                .outputDirectoryCreator(new BrokenOutput())
                                .build(),
                        listener);

        Throwable failure = listener.getSummary().getFailures().get(0).getException();
        assertThat(failure).hasMessage("on purpose");
        assertThat(failure.getSuppressed()).hasOnlyElementsOfType(NoSuchMethodError.class);
    }

    @WithNestedDocker
    static class FailingCases {

        @Test
        void fails() {
            throw new AssertionError("on purpose");
        }
    }

    /** Imitates a JUnit that lacks a method. */
    private static final class BrokenOutput implements OutputDirectoryCreator {

        @Override
        public Path getRootDirectory() {
            throw new NoSuchMethodError("in the report");
        }

        @Override
        public Path createOutputDirectory(TestDescriptor test) {
            throw new NoSuchMethodError("in the report");
        }
    }

    @WithNestedDocker
    static class FrozenCases {

        @Test
        void fails(NestedDocker docker) {
            docker.pause();
            throw new AssertionError("on purpose");
        }
    }
}
