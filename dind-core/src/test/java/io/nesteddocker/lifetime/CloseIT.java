package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.Diagnostics;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testing.Dockerd;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that closing a daemon leaves nothing, whatever happened before; {@link LeakCheck} checks that after each test. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class CloseIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private NestedDocker docker;

    @BeforeEach
    void start() {
        docker = NestedDocker.builder().start();
    }

    @AfterEach
    void closeAgain() {
        docker.close();
    }

    @Test
    void returnsToEveryThreadWhenTheContainerIsGone() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CountDownLatch both = new CountDownLatch(2);
        List<Future<Boolean>> goneOnReturn = threads.invokeAll(Collections.nCopies(2, () -> {
            both.countDown();
            both.await();
            docker.close();
            return !OuterTestEngine.hasContainer(docker.daemonContainerId());
        }));
        threads.shutdown();
        for (Future<Boolean> gone : goneOnReturn) {
            assertThat(gone.get()).isTrue();
        }
    }

    @Test
    void closingTwiceIsClosingOnce() {
        docker.close();
        assertThatCode(docker::close).doesNotThrowAnyException();
    }

    @Test
    void codeThatClosesTheClientDoesNotHarmTheHandle() throws IOException {
        docker.client().close();
        assertThatCode(() -> docker.client().pingCmd().exec()).doesNotThrowAnyException();
    }

    @Test
    void aClosedHandleDoesNotRunAndSaysWhoEndedIt() {
        CompletableFuture<String> exit = docker.onExit();
        docker.close();
        assertThat(docker.isRunning()).isFalse();
        assertThat(exit).succeedsWithin(PATIENCE).isEqualTo("this program closed it");
    }

    @Test
    void thereIsNothingToAdviseAfterAnOrderlyEnd() {
        docker.close();
        assertThat(docker.diagnostics().advice()).isEmpty();
    }

    @Test
    void worksWhilePaused() {
        docker.pause();
        docker.close();
        assertThat(OuterTestEngine.hasContainer(docker.daemonContainerId())).isFalse();
    }

    @Test
    void worksWhileContainersRunThatDoNotStop() {
        TinyImage.into(docker);
        InnerContainers.start(docker.client(), request -> request, "sleep", "3600");
        docker.close();
        assertThat(OuterTestEngine.hasContainer(docker.daemonContainerId())).isFalse();
    }

    @Test
    void worksAfterTheContainerWasRemoved() {
        OuterTestEngine.removeContainer(docker.daemonContainerId());
        assertThatCode(docker::close).doesNotThrowAnyException();
    }

    @Test
    void worksAfterTheContainerWasKilled() {
        OuterTestEngine.client().killContainerCmd(docker.daemonContainerId()).exec();
        assertThatCode(docker::close).doesNotThrowAnyException();
    }

    @Test
    void worksAfterDockerdWasKilled() {
        Dockerd.kill(docker);
        assertThatCode(docker::close).doesNotThrowAnyException();
    }

    @Test
    void worksInTheMiddleOfARequest() throws Exception {
        TinyImage.into(docker);
        DockerClient inner = docker.client();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        Future<String> request = thread.submit(() -> InnerContainers.output(inner, "sleep", "3600"));
        assertThat(Eventually.holds(
                        PATIENCE, () -> !inner.listContainersCmd().exec().isEmpty()))
                .isTrue();
        docker.close();
        assertThat(request).failsWithin(PATIENCE).withThrowableOfType(ExecutionException.class);
        thread.shutdown();
    }

    @Test
    void anInterruptDoesNotCutItShort() {
        Thread.currentThread().interrupt();
        docker.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(OuterTestEngine.hasContainer(docker.daemonContainerId())).isFalse();
    }

    @Test
    void removesTheKeyFiles() {
        OuterTestEngine.assumePublishedPortsAreReachable();
        try (NestedDocker tls = NestedDocker.builder().port(0).start()) {
            Path files = tls.endpoint().certificatesDirectory();
            tls.close();
            assertThat(files).doesNotExist();
        }
    }

    @Test
    void removesTheVolume() {
        String volume = OuterTestEngine.volumesOf(docker.daemonContainerId()).get(0);
        docker.close();
        assertThat(OuterTestEngine.hasVolume(volume)).isFalse();
    }

    @Test
    void aClosedDaemonRefusesWork() {
        docker.close();
        assertThatThrownBy(() -> docker.exec("true"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it was closed");
    }

    @Test
    void aClosedDaemonHasNoClientAndNoEndpoint() {
        docker.close();
        ErrorSentence.of(catchThrowableOfType(IllegalStateException.class, docker::client))
                .tried("use the client of the daemon container")
                .on(docker.name())
                .because("it was closed")
                .cure("start another");
        ErrorSentence.of(catchThrowableOfType(IllegalStateException.class, docker::endpoint))
                .tried("use the endpoint of the daemon container")
                .on(docker.name())
                .because("it was closed")
                .cure("start another");
    }

    @Test
    void aClosedDaemonStillHasDiagnostics() {
        docker.close();
        assertThat(docker.diagnostics().daemonLogTail()).isNotEmpty();
    }

    @Test
    void diagnosticsOfAClosedDaemonTellThatItIsGone() {
        docker.close();
        assertThat(docker.diagnostics().containerState()).isEqualTo("ended and removed");
    }

    @Test
    void adviceOnADaemonThatWasKilledStaysAfterClose() {
        Dockerd.kill(docker);
        Eventually.await(PATIENCE, "the daemon has ended", () -> !docker.isRunning());
        List<String> advice = docker.diagnostics().advice();
        docker.close();
        assertThat(docker.diagnostics().advice()).isNotEmpty().isEqualTo(advice);
    }

    @Test
    void removeBesideCloseReturnsWhenTheContainerIsGone() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CountDownLatch both = new CountDownLatch(2);
        List<Callable<Boolean>> ends = Stream.<Runnable>of(docker::close, docker::remove)
                .<Callable<Boolean>>map(end -> () -> {
                    both.countDown();
                    both.await();
                    end.run();
                    return !OuterTestEngine.hasContainer(docker.daemonContainerId());
                })
                .toList();
        List<Future<Boolean>> goneOnReturn = threads.invokeAll(ends);
        threads.shutdown();
        for (Future<Boolean> gone : goneOnReturn) {
            assertThat(gone.get()).isTrue();
        }
    }

    @Test
    void diagnosticsTellThatDockerdWasKilled() {
        Dockerd.kill(docker);
        Diagnostics diagnostics = Eventually.value(
                PATIENCE, docker::diagnostics, now -> now.containerState().contains("removed"));
        assertThat(diagnostics.containerState()).isEqualTo("ended and removed");
        assertThat(diagnostics.daemonLogTail()).last().asString().contains("dockerd was ended by signal 9");
    }

    @Test
    void adviceIsGivenOnceDockerdWasKilled() {
        Dockerd.kill(docker);
        assertThat(Eventually.value(
                                PATIENCE,
                                docker::diagnostics,
                                now -> !now.advice().isEmpty())
                        .advice())
                .isNotEmpty();
    }

    @Test
    void commandsFailWithTheReasonOnceDockerdWasKilled() {
        Dockerd.kill(docker);
        Eventually.await(
                PATIENCE,
                "the daemon container has removed itself",
                () -> !OuterTestEngine.hasContainer(docker.daemonContainerId()));
        assertThatThrownBy(() -> docker.exec("true"))
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContaining("dockerd was ended by signal 9");
    }

    @Test
    void aHealthyDaemonNeedsNoAdvice() {
        assertThat(docker.diagnostics().advice()).isEmpty();
    }

    @Test
    void aDaemonWhoseDockerdWasKilledRemovesItself() {
        Dockerd.kill(docker);
        assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasContainer(docker.daemonContainerId())))
                .isTrue();
    }
}
