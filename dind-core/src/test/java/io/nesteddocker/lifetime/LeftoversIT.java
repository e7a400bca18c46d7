package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.CreateContainerResponse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.StartupPhase;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that the next program that starts a daemon removes what no lease could end, because no lease had begun. */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class LeftoversIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int KILLS = 6;
    private static final int KILLS_IN_ONE_PHASE = 3;

    private final List<String> containers = new ArrayList<>();

    private final List<String> volumes = new ArrayList<>();

    @AfterEach
    void removeWhatWasMade() {
        containers.forEach(OuterTestEngine::removeContainer);
        volumes.forEach(OuterTestEngine::removeVolume);
    }

    @Test
    void aStartRemovesWhatWasLeftByProgramsKilledAtAnyMomentOfTheirStart() {
        Random random = new Random();
        List<Long> killed = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            killed.add(killAfter("STARTING", random.nextInt(1_200)));
        }
        assertThatTheNextStartRemovesAllOf(killed);
    }

    @ParameterizedTest
    @EnumSource(names = "CONNECT", mode = EnumSource.Mode.EXCLUDE)
    void aStartRemovesWhatWasLeftByProgramsKilledInPhase(StartupPhase phase) {
        Random random = new Random();
        List<Long> killed = new ArrayList<>();
        for (int i = 0; i < KILLS_IN_ONE_PHASE; i++) {
            killed.add(killAfter("Entering phase " + phase, random.nextInt(80)));
        }
        assertThatTheNextStartRemovesAllOf(killed);
    }

    private static void assertThatTheNextStartRemovesAllOf(List<Long> killed) {
        Set<String> settled = Eventually.value(Duration.ofSeconds(2), () -> leftoversOf(killed), Set::isEmpty);
        System.out.printf("%d programs killed in the middle of a start left: %s%n", killed.size(), settled);
        NestedDocker.builder().start().close();
        assertThat(Eventually.value(PATIENCE, () -> leftoversOf(killed), Set::isEmpty))
                .isEmpty();
    }

    /** Kills a program some time after it has printed a text; its debug log shows the phase of its start. */
    private static long killAfter(String words, int millis) {
        Map<String, String> loudly =
                Map.of("JAVA_TOOL_OPTIONS", "-Dorg.slf4j.simpleLogger.log.io.nesteddocker.internal.launch=debug");
        try (ChildJvm child = ChildJvm.start(loudly, VictimProgram.class, "start")) {
            child.awaitText(words);
            Eventually.sleep(millis);
            child.signal("KILL");
            child.awaitEnd();
            return child.pid();
        }
    }

    @Test
    void aStartRemovesACreatedContainerOfAProgramThatHasEnded() {
        String container = create(
                Map.of(Labels.KIND, Labels.DAEMON, Labels.OWNER, endedProgram().toString()));
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasContainer(container)))
                    .as("swept beside the start of " + docker.name())
                    .isTrue();
        }
    }

    @Test
    void aStartLeavesContainersOfRunningProgramsAlone() throws Exception {
        String other = create(Map.of(
                Labels.KIND,
                Labels.DAEMON,
                Labels.OWNER,
                ownerOf(ProcessHandle.current().parent().orElseThrow()).toString()));
        startAndSweep();
        assertThat(OuterTestEngine.hasContainer(other)).isTrue();
    }

    @Test
    void aStartLeavesContainersWithoutAnOwnerAlone() {
        String kept = create(Map.of(Labels.KIND, Labels.DAEMON));
        startAndSweep();
        assertThat(OuterTestEngine.hasContainer(kept)).isTrue();
    }

    @Test
    void aStartLeavesContainersOfOtherMachinesAlone() {
        Owner elsewhere = new Owner("another-machine.4026531836", 1, 1);
        String other = create(Map.of(Labels.KIND, Labels.DAEMON, Labels.OWNER, elsewhere.toString()));
        startAndSweep();
        assertThat(OuterTestEngine.hasContainer(other)).isTrue();
    }

    /** {@code docker rm -f} without {@code -v} leaves such a volume. */
    @Test
    void aStartRemovesAVolumeOfAProgramThatHasEnded() {
        String volume = volume(
                Map.of(Labels.KIND, Labels.DAEMON, Labels.OWNER, endedProgram().toString()));
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasVolume(volume)))
                    .as("swept beside the start of " + docker.name())
                    .isTrue();
        }
    }

    @Test
    void aStartLeavesVolumesAloneThatAreNoLeftovers() throws Exception {
        String running = ownerOf(ProcessHandle.current().parent().orElseThrow()).toString();
        List<String> others = List.of(
                volume(Map.of(Labels.KIND, Labels.DAEMON, Labels.OWNER, running)),
                volume(Map.of(Labels.KIND, Labels.DAEMON)),
                volume(Map.of("io.nesteddocker.seed", "1")),
                volume(Map.of(Labels.KIND, Labels.SEED)));
        String bait = volume(
                Map.of(Labels.KIND, Labels.DAEMON, Labels.OWNER, endedProgram().toString()));
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasVolume(bait)))
                    .as("swept beside the start of " + docker.name())
                    .isTrue();
        }
        assertThat(others).allMatch(OuterTestEngine::hasVolume);
    }

    @Test
    void aStartRemovesTheFolderOfAProgramThatWasKilledWithItsGuard() {
        long pid;
        try (ChildJvm child = ChildJvm.start(VictimProgram.class, "start")) {
            child.await("READY");
            pid = child.pid();
            ProcessHandle.of(pid).orElseThrow().children().forEach(ProcessHandle::destroyForcibly);
            assertThat(OuterTestEngine.sessionFoldersOf(pid))
                    .as("what its guard would have removed, and what no other program may remove yet")
                    .hasSize(1);
            child.signal("KILL");
        }
        NestedDocker.builder().start().close();
        assertThat(Eventually.holds(
                        PATIENCE, () -> OuterTestEngine.sessionFoldersOf(pid).isEmpty()))
                .isTrue();
    }

    /** Starts a daemon and waits until its sweep has removed a bait, a container that is certain to be swept. */
    private void startAndSweep() {
        String bait = create(
                Map.of(Labels.KIND, Labels.DAEMON, Labels.OWNER, endedProgram().toString()));
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(Eventually.holds(PATIENCE, () -> !OuterTestEngine.hasContainer(bait)))
                    .as("swept beside the start of " + docker.name())
                    .isTrue();
        }
    }

    private static Owner endedProgram() {
        ProcessHandle.Info info;
        long pid;
        try {
            Process process = new ProcessBuilder("sleep", "60").start();
            info = process.info();
            pid = process.pid();
            process.destroyForcibly().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Owner(
                Owner.thisProgram().machine(),
                pid,
                info.startInstant().orElseThrow().toEpochMilli());
    }

    private static Owner ownerOf(ProcessHandle process) {
        return new Owner(
                Owner.thisProgram().machine(),
                process.pid(),
                process.info().startInstant().orElseThrow().toEpochMilli());
    }

    private String create(Map<String, String> labels) {
        CreateContainerResponse created = OuterTestEngine.client()
                .createContainerCmd(TinyImage.NAME)
                .withLabels(labels)
                .exec();
        containers.add(created.getId());
        return created.getId();
    }

    private String volume(Map<String, String> labels) {
        String name = OuterTestEngine.client()
                .createVolumeCmd()
                .withName("nested-docker-test-" + UUID.randomUUID())
                .withLabels(labels)
                .exec()
                .getName();
        volumes.add(name);
        return name;
    }

    private static Set<String> leftoversOf(List<Long> pids) {
        Set<String> left = new TreeSet<>();
        pids.forEach(pid -> OuterTestEngine.leftoversOf(pid).forEach(thing -> left.add(pid + ": " + thing)));
        return left;
    }
}
