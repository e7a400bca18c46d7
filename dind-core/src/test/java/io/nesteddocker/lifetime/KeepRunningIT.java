package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterConnection;
import io.nesteddocker.internal.outer.OuterDiscovery;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.StandardError;
import io.nesteddocker.testing.TinyImage;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that a kept daemon outlives the program that started it, and that another program finds it. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class KeepRunningIT {

    private final String name = "it-kept-" + UUID.randomUUID();

    @BeforeEach
    void reachPorts() {
        OuterTestEngine.assumePublishedPortsAreReachable();
    }

    @AfterEach
    void removeWhatWasKept() {
        OuterTestEngine.removeContainer(name);
    }

    @Test
    void aKeptDaemonOutlivesItsProgram() {
        startInAnotherProgram("return");
        assertThat(OuterTestEngine.inspect(name).orElseThrow().getState().getRunning())
                .isTrue();
    }

    @Test
    void aKeptDaemonOutlivesTheDeathOfItsProgram() {
        try (ChildJvm child = ChildJvm.start(VictimProgram.class, "keep", name, OuterTestEngine.thisJvm())) {
            child.await("READY");
            child.signal("KILL");
            child.awaitEnd();
        }
        assertThat(OuterTestEngine.inspect(name).orElseThrow().getState().getRunning())
                .isTrue();
    }

    @Test
    void anotherProgramAttaches() {
        startInAnotherProgram("return");
        try (NestedDocker docker = NestedDocker.attach(name)) {
            TinyImage.into(docker);
            assertThat(InnerContainers.output(docker.client(), "echo", "attached"))
                    .isEqualTo("attached");
        }
    }

    @Test
    void theDockerCommandReachesAnAttachedDaemon() {
        try (NestedDocker kept = keep();
                NestedDocker attached = NestedDocker.attach(name)) {
            assertThat(DockerCommand.run(attached.endpoint(), "info", "--format", "{{.ID}}"))
                    .isEqualTo(kept.client().infoCmd().exec().getId());
        }
    }

    @Test
    void attachesThroughAClientThatWasHandedIn() {
        keep().close();
        try (NestedDocker attached = NestedDocker.attach(name, OuterTestEngine.client())) {
            assertThat(attached.daemonContainerId())
                    .isEqualTo(OuterTestEngine.inspect(name).orElseThrow().getId());
        }
    }

    @Test
    void whoLetsGoOfADaemonIsToldThatItIsClosed() {
        CompletableFuture<String> exit = keep().onExit();
        assertThat(exit).isNotDone();
        NestedDocker attached = NestedDocker.attach(name);
        CompletableFuture<String> exitOfTheAttached = attached.onExit();
        attached.close();
        assertThat(exitOfTheAttached).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("this program closed it");
        assertThat(exit).isNotDone();
    }

    @Test
    void removeEndsADaemonThatWasLeftEvenAfterALateAbandon() {
        NestedDocker kept = keep();
        kept.close();
        kept.abandon("its machine is gone");
        kept.remove();
        assertThat(OuterTestEngine.hasContainer(kept.daemonContainerId())).isFalse();
    }

    @Test
    void removeOfADaemonThatEndedWithItsParentDoesNothing() {
        NestedDocker parent = NestedDocker.builder().start();
        NestedDocker child = parent.nest().name(name).keepRunning().start();
        child.close();
        parent.close();
        assertThatCode(child::remove).doesNotThrowAnyException();
    }

    @Test
    void closingAHandleOfADaemonThatIsGoneDoesNotLogThatItRuns() {
        NestedDocker kept = keep();
        NestedDocker attached = NestedDocker.attach(name);
        String written = StandardError.of(() -> {
            kept.remove();
            attached.close();
        });
        assertThat(written.lines().filter(line -> line.contains("The handle to the nested daemon " + name)))
                .singleElement()
                .asString()
                .contains("is closed")
                .doesNotContain("running");
    }

    @Test
    void diagnosticsOfAClosedHandleTellThatTheDaemonWasNotEnded() {
        NestedDocker kept = keep();
        kept.close();
        assertThat(kept.diagnostics().containerState()).isEqualTo("unknown, because this handle was closed");
        assertThat(kept.diagnostics().daemonLogTail()).isNotEmpty();
        kept.remove();
        assertThat(kept.diagnostics().containerState()).isEqualTo("ended and removed");
    }

    @Test
    void aPausedDaemonIsAttachedToOnceItGoesOn() {
        NestedDocker kept = keep();
        kept.pause();
        kept.close();
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> NestedDocker.attach(name)))
                .tried("attach to the nested daemon")
                .on(name)
                .because("it is paused")
                .cure("resume it with `docker unpause " + name + "`");
    }

    @Test
    void theNameOfAKeptDaemonIsTakenAndItCanBeTakenOver() {
        keep().close();
        ErrorSentence.of(catchThrowableOfType(OuterEngineException.class, this::keep))
                .tried("create the daemon container")
                .on(name)
                .because("a container of that name (it is running and was started with keepRunning())")
                .cure("attach to it with NestedDocker.attach(\"" + name + "\")")
                .cure("`docker rm -fv " + name + "`");
    }

    @Test
    void closingLetsAKeptDaemonRunOn() {
        keep().close();
        assertThat(OuterTestEngine.inspect(name).orElseThrow().getState().getRunning())
                .isTrue();
    }

    @Test
    void closingAnAttachedHandleLetsTheDaemonRunOn() {
        keep().close();
        NestedDocker.attach(name).close();
        assertThat(OuterTestEngine.inspect(name).orElseThrow().getState().getRunning())
                .isTrue();
    }

    @Test
    void dataSurvivesFromOneProgramToTheNext() {
        try (NestedDocker kept = keep()) {
            TinyImage.into(kept);
        }
        try (NestedDocker attached = NestedDocker.attach(name)) {
            assertThat(attached.client().inspectImageCmd(TinyImage.NAME).exec().getRepoTags())
                    .contains(TinyImage.NAME);
        }
    }

    @Test
    void removeEndsAnAttachedDaemon() {
        keep().close();
        NestedDocker.attach(name).remove();
        assertThat(OuterTestEngine.hasContainer(name)).isFalse();
    }

    @Test
    void removeAfterCloseEndsAKeptDaemon() {
        NestedDocker kept = keep();
        List<String> volumes = OuterTestEngine.volumesOf(name);
        kept.close();
        kept.remove();
        assertThat(OuterTestEngine.hasContainer(name)).isFalse();
        assertThat(volumes).hasSize(1).noneMatch(OuterTestEngine::hasVolume);
        assertThatCode(kept::remove).doesNotThrowAnyException();
    }

    @Test
    void removeAfterCloseEndsAnAttachedDaemon() {
        keep().close();
        NestedDocker attached = NestedDocker.attach(name);
        attached.close();
        attached.remove();
        assertThat(OuterTestEngine.hasContainer(name)).isFalse();
    }

    @Test
    void removeAfterCloseEndsAPausedDaemon() {
        NestedDocker kept = keep();
        kept.pause();
        kept.close();
        kept.remove();
        assertThat(OuterTestEngine.hasContainer(name)).isFalse();
    }

    @Test
    void removeAfterCloseIsNotCutShortByAnInterrupt() {
        NestedDocker kept = keep();
        kept.close();
        Thread.currentThread().interrupt();
        kept.remove();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(OuterTestEngine.hasContainer(name)).isFalse();
    }

    @Test
    void removeAfterCloseFailsIfTheOuterEngineIsOutOfReach() {
        OuterConnection connection = OuterDiscovery.ofThisProcess().connect(Options.defaults(), new Cancellation());
        NestedDocker kept = NestedDocker.builder()
                .outer(connection.client())
                .name(name)
                .label(OuterTestEngine.MARK, OuterTestEngine.thisJvm())
                .keepRunning()
                .start();
        kept.close();
        connection.close();
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, kept::remove))
                .tried("remove the daemon container")
                .on(name)
                .because("closed")
                .cure("`docker rm -fv " + name + "`");
    }

    @RepeatedTest(3)
    void removeBesideCloseEndsAKeptDaemon() throws Exception {
        NestedDocker kept = keep();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CyclicBarrier together = new CyclicBarrier(2);
        List<Callable<Boolean>> ends = List.of(
                () -> {
                    together.await();
                    kept.close();
                    return true;
                },
                () -> {
                    together.await();
                    kept.remove();
                    return !OuterTestEngine.hasContainer(name);
                });
        for (Future<Boolean> end : threads.invokeAll(ends)) {
            assertThat(end.get()).isTrue();
        }
        threads.shutdown();
    }

    @Test
    void removeTakesTheAnonymousVolumeAlong() {
        NestedDocker kept = keep();
        List<String> volumes = OuterTestEngine.volumesOf(name);
        kept.remove();
        assertThat(volumes).hasSize(1).noneMatch(OuterTestEngine::hasVolume);
    }

    @Test
    void restartWorksOnAKeptDaemon() {
        try (NestedDocker kept = keep()) {
            String engine = kept.client().infoCmd().exec().getId();
            kept.restart();
            assertThat(kept.client().infoCmd().exec().getId()).isEqualTo(engine);
        }
    }

    @Test
    void restartWorksOnAnAttachedDaemon() {
        keep().close();
        try (NestedDocker attached = NestedDocker.attach(name)) {
            String engine = attached.client().infoCmd().exec().getId();
            attached.restart();
            assertThat(attached.client().infoCmd().exec().getId()).isEqualTo(engine);
        }
    }

    @Test
    void anAttachedDaemonHasItsLog() {
        keep().close();
        try (NestedDocker attached = NestedDocker.attach(name)) {
            assertThat(Eventually.value(Duration.ofSeconds(10), attached::logs, lines -> !lines.isEmpty()))
                    .isNotEmpty();
        }
    }

    @Test
    void anAttachedDaemonTellsItsPrivilege() {
        try (NestedDocker kept = keep();
                NestedDocker attached = NestedDocker.attach(name)) {
            assertThat(attached.engine()).isEqualTo(kept.engine());
        }
    }

    @Test
    void aKeptDaemonComesBackWhenItsContainerIsStartedAgain() {
        String engine;
        try (NestedDocker kept = keep()) {
            engine = kept.client().infoCmd().exec().getId();
        }
        OuterTestEngine.client().stopContainerCmd(name).exec();
        OuterTestEngine.client().startContainerCmd(name).exec();
        try (NestedDocker attached = NestedDocker.attach(name)) {
            assertThat(attached.client().infoCmd().exec().getId()).isEqualTo(engine);
        }
    }

    @Test
    void aDaemonThatEndsWithItsProgramIsNotAttachedTo() {
        try (NestedDocker leased = NestedDocker.builder().name(name).start()) {
            assertThatThrownBy(() -> NestedDocker.attach(leased.name()))
                    .isInstanceOf(NestedDockerException.class)
                    .hasMessageContaining("keepRunning()");
        }
    }

    @Test
    void anUnknownNameIsNotAttachedTo() {
        assertThatThrownBy(() -> NestedDocker.attach(name))
                .isInstanceOf(NestedDockerException.class)
                .hasMessageContaining(name);
    }

    private NestedDocker keep() {
        return NestedDocker.builder()
                .name(name)
                .label(OuterTestEngine.MARK, OuterTestEngine.thisJvm())
                .keepRunning()
                .start();
    }

    private void startInAnotherProgram(String end) {
        try (ChildJvm child = ChildJvm.start(VictimProgram.class, "keep", name, OuterTestEngine.thisJvm())) {
            child.await("READY");
            child.say(end);
            child.awaitEnd();
        }
    }
}
