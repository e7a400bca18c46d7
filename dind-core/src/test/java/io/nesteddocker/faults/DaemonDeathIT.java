package io.nesteddocker.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.Dockerd;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the error messages if the inner engine is killed while it is in use. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class DaemonDeathIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static NestedDocker dead;

    @BeforeAll
    static void startAndKill() {
        dead = NestedDocker.builder().start();
        Dockerd.kill(dead);
        assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasContainer(dead.name())))
                .as("the daemon container goes when its daemon is gone")
                .isTrue();
    }

    @AfterAll
    static void close() {
        dead.close();
    }

    @Test
    void whatNeedsTheDaemonSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> dead.exec("true")))
                .tried("run true in the daemon container")
                .on(dead.name())
                .because("the daemon container has ended: dockerd was ended by signal 9 after it was up")
                .cure("start another");
    }

    @Test
    void askingForTheEngineSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, dead::engine))
                .tried("send GET")
                .on("the inner engine of " + dead.name())
                .because("dockerd was ended by signal 9")
                .cure("Start another");
    }

    @Test
    void restartSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, dead::restart))
                .tried("restart the inner engine")
                .on(dead.name())
                .because("dockerd was ended by signal 9")
                .cure("start another");
    }

    @Test
    void pauseSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, dead::pause))
                .tried("pause")
                .on(dead.name())
                .because("dockerd was ended by signal 9")
                .cure("start another");
    }

    @Test
    void theDiagnosticsSayThatTheContainerIsGone() {
        assertThat(dead.diagnostics().containerState()).isEqualTo("ended and removed");
    }

    @Test
    void theDiagnosticsSayWhatToTry() {
        assertThat(dead.diagnostics().advice()).isNotEmpty();
    }

    @Test
    void theInnerClientSaysHowItEnded() {
        ErrorSentence.of(catchThrowableOfType(
                        RuntimeException.class, () -> dead.client().pingCmd().exec()))
                .tried("send GET")
                .on("the inner engine")
                .because("dockerd was ended by signal 9")
                .cure("Start another");
    }

    @Test
    void theHandleKnowsThatItDoesNotRun() {
        assertThat(dead.isRunning()).isFalse();
    }

    @Test
    void theReasonIsThereForThoseWhoAskLate() {
        assertThat(dead.onExit())
                .succeedsWithin(PATIENCE)
                .asString()
                .isEqualTo("dockerd was ended by signal 9 after it was up");
    }

    @Test
    void aDaemonThatIsStoppedFromOutsideTellsThoseWhoWait() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            CompletableFuture<String> exit = docker.onExit();
            assertThat(docker.isRunning()).isTrue();
            assertThat(exit).isNotDone();
            Command.succeed("docker", "stop", docker.daemonContainerId());
            assertThat(exit).succeedsWithin(PATIENCE).isEqualTo("somebody stopped the daemon container");
        }
    }

    @Test
    void aRestartIsNoExit() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            CompletableFuture<String> exit = docker.onExit();
            docker.restart();
            assertThat(exit).isNotDone();
            assertThat(docker.isRunning()).isTrue();
        }
    }

    @Test
    void theLogStaysReadable() {
        assertThat(dead.logs()).anyMatch(line -> line.startsWith("dind-init: failed: dockerd was ended by signal 9"));
    }

    @Test
    void closingADeadDaemonIsNoError() {
        NestedDocker docker = NestedDocker.builder().start();
        Dockerd.kill(docker);
        docker.close();
        assertThat(OuterTestEngine.hasContainer(docker.name())).isFalse();
    }

    /** The reason is not a line that dockerd logged before its end. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stop | somebody stopped the daemon container",
                "kill | the daemon container ended without a message, as when somebody kills or removes it",
                "rm --force --volumes | the daemon container ended without a message, as when somebody kills or removes it"
            })
    void anOutsideStopIsTheReason(String command, String reason) {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            Command.succeed(("docker " + command + " " + docker.daemonContainerId()).split(" "));
            Eventually.await(
                    PATIENCE,
                    "the daemon container is gone",
                    () -> !OuterTestEngine.hasContainer(docker.daemonContainerId()));
            ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> docker.exec("true")))
                    .tried("run true")
                    .on(docker.name())
                    .because(reason)
                    .cure("start another");
        }
    }
}
