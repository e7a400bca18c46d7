package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the files that are published if a test fails. */
@ExtendWith(LeakCheck.class)
class FailureReportIT {

    @TempDir
    Path output;

    @Test
    void aFailedTestLeavesWhatIsNeededToUnderstandIt() throws IOException {
        Reports reports = Reports.of(FailingCases.class, output);

        assertThat(reports.getSummary().getTestsFailedCount()).isEqualTo(1);
        assertThat(reports.entries()).as("entries of the failed test alone").hasSize(1);
        Map<String, String> entry = reports.entries().get(0);
        assertThat(entry).containsKeys("nested daemon", "diagnostics.txt", "daemon.log", "topology.txt", "events.txt");
        assertThat(entry.get("containers.txt")).contains(TinyImage.NAME, "talker");

        Map<String, String> files = reports.files();
        assertThat(files.get("containers.txt"))
                .contains("CONTAINER ID", "talker")
                .doesNotContain("early");
        assertThat(files.get("daemon.log")).contains("API listen on");
        assertThat(files.get("diagnostics.txt")).contains("reached phase READY");
        assertThat(files.get("events.txt")).contains("container create talker").doesNotContain("early");
        assertThat(files.get("events.txt")).containsPattern("container die talker \\w+ exit code 3");
        assertThat(files.get("topology.txt")).contains("bridge", "mine", TinyImage.NAME);
        assertThat(files.get("talker.log")).contains("I spoke");
        assertThat(files.values()).noneMatch(text -> text.contains("hunter2"));
    }

    @Test
    void theFailureTellsWhereTheFilesAre() {
        Throwable failure = failureOf(Reports.of(FailingCases.class, output));

        assertThat(failure).hasMessage("on purpose");
        assertThat(failure.getSuppressed())
                .singleElement()
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith("The log, containers, events and state of nested daemon ")
                .containsPattern(" are in " + Pattern.quote(output.toString()) + ".*nested-docker$");
    }

    @Test
    void aDaemonThatATestClosedStillHasItsLogInTheReport() throws IOException {
        Map<String, String> files = Reports.of(ClosingCases.class, output).files();

        assertThat(files.get("daemon.log")).contains("API listen on");
        assertThat(files.get("diagnostics.txt")).contains("reached phase READY");
        assertThat(files.get("containers.txt")).contains("it was closed");
        assertThat(files.get("topology.txt")).contains("it was closed");
        assertThat(files.get("events.txt")).contains("it was closed");
    }

    @Test
    void noFrameOfTheKitIsInTheStackTrace() {
        Throwable failure = failureOf(Reports.of(FailingCases.class, output));

        assertThat(failure.getStackTrace())
                .extracting(StackTraceElement::getClassName)
                .contains(FailingCases.class.getName())
                .noneMatch(name -> name.startsWith("io.nesteddocker.testkit.internal"));
    }

    private static Throwable failureOf(Reports reports) {
        return reports.getSummary().getFailures().get(0).getException();
    }

    @WithNestedDocker
    static class ClosingCases {

        @Test
        void thisOneClosesTheDaemonAndFails(NestedDocker docker) {
            docker.close();
            throw new AssertionError("on purpose");
        }
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    @WithNestedDocker
    static class FailingCases {

        @BeforeEach
        void image(NestedDocker docker) {
            TinyImage.into(docker);
        }

        @Test
        void anEarlierOnePasses(DockerClient innerClient) throws InterruptedException {
            InnerContainers.output(innerClient, request -> request.withName("early"), "true");
        }

        @Test
        void anotherIsAborted() {
            Assumptions.abort("not today");
        }

        @Test
        void thisOneFails(DockerClient innerClient) {
            innerClient.createNetworkCmd().withName("mine").exec();
            String id = InnerContainers.start(
                    innerClient,
                    request -> request.withName("talker"),
                    "sh",
                    "-c",
                    "echo I spoke; echo DB_PASSWORD=hunter2; exit 3");
            innerClient.waitContainerCmd(id).start().awaitStatusCode();
            throw new AssertionError("on purpose");
        }

        private static long secondOf(DockerClient innerClient) {
            return Instant.parse(
                            Objects.requireNonNull(innerClient.infoCmd().exec().getSystemTime()))
                    .getEpochSecond();
        }

        @AfterEach
        void cleanUp(DockerClient innerClient) {
            innerClient
                    .listContainersCmd()
                    .withShowAll(true)
                    .exec()
                    .forEach(one -> innerClient.removeContainerCmd(one.getId()).exec());
            // The engine selects events by whole seconds of its clock, so this test and the next must not share a
            // second.
            long second = secondOf(innerClient);
            Eventually.await(Duration.ofSeconds(10), "the next second has begun", () -> secondOf(innerClient) > second);
        }
    }
}
