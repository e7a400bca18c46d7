package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The report on a daemon that does not answer. */
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

    @WithNestedDocker
    static class FrozenCases {

        @Test
        void fails(NestedDocker docker) {
            docker.pause();
            throw new AssertionError("on purpose");
        }
    }
}
