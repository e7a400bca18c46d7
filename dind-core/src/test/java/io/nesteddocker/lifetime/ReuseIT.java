package io.nesteddocker.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.model.Container;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.DataRoot.Reuse;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.plan.ContainerPlan;
import io.nesteddocker.internal.relay.RelayProgram;
import io.nesteddocker.internal.sweep.Labels;
import io.nesteddocker.internal.sweep.Owner;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.tar.TarArchive;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that programs can use a daemon in turn, one at a time, and that the daemon ends if no program uses it. */
@ExtendWith(LeakCheck.class)
@Timeout(180)
class ReuseIT {

    private static final String SWITCH = "nesteddocker.reuse";
    private static final Map<String, String> ON = Map.of("NESTED_DOCKER_REUSE", "true");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG_ENOUGH_FOR_A_START = Duration.ofSeconds(12);
    private static final Duration USUAL = Duration.ofHours(1);

    private final String name = "it-" + UUID.randomUUID();

    @BeforeEach
    void turnOn() {
        System.setProperty(SWITCH, "true");
    }

    @AfterEach
    void removeWhatIsLeft() throws IOException {
        System.clearProperty(SWITCH);
        for (Container container : left()) {
            OuterTestEngine.removeContainer(container.getId());
            String folder = container.getLabels().get(Labels.REUSE_FOLDER);
            if (folder != null && folder.contains("nested-docker-reuse-")) {
                SessionFolder.delete(Path.of(folder));
            }
        }
    }

    private static Stream<NestedDockerBuilder> waysIn() {
        return Stream.of(
                NestedDocker.builder(),
                NestedDocker.builder().connection(ConnectionMode.TUNNEL),
                NestedDocker.builder().port(0));
    }

    @ParameterizedTest
    @MethodSource("waysIn")
    void theNextProgramGetsTheSameDaemonInTheStateAfterItsStart(NestedDockerBuilder builder) {
        assumeReachable(builder);
        builder.reuse(name);
        String first;
        try (NestedDocker docker = builder.start()) {
            first = docker.daemonContainerId();
            TinyImage.into(docker);
            InnerContainers.startSleeper(docker.client(), request -> request);
        }
        try (NestedDocker docker = builder.start()) {
            assertThat(docker.daemonContainerId()).isEqualTo(first);
            assertThat(docker.client().listContainersCmd().withShowAll(true).exec())
                    .isEmpty();
            assertThat(docker.client().listImagesCmd().exec()).isEmpty();
            TinyImage.into(docker);
            assertThat(InnerContainers.output(docker.client(), "echo", "again")).isEqualTo("again");
        }
    }

    private static void assumeReachable(NestedDockerBuilder builder) {
        if (builder.spec().toString().contains("port=")) {
            OuterTestEngine.assumePublishedPortsAreReachable();
        }
    }

    @Test
    void aDaemonThatIsLeftAsItWasKeepsItsContainers() {
        NestedDockerBuilder builder = NestedDocker.builder().reuse(name, Reuse.AS_IT_WAS);
        String sleeper;
        try (NestedDocker docker = builder.start()) {
            TinyImage.into(docker);
            sleeper = InnerContainers.startSleeper(docker.client(), request -> request);
        }
        try (NestedDocker docker = builder.start()) {
            assertThat(docker.client()
                            .inspectContainerCmd(sleeper)
                            .exec()
                            .getState()
                            .getRunning())
                    .isTrue();
        }
    }

    @Test
    void aFreshDaemonWaitsForTheNextProgram() {
        NestedDockerBuilder builder = NestedDocker.builder().reuse(name, Reuse.FRESH);
        String first;
        try (NestedDocker docker = builder.start()) {
            first = docker.daemonContainerId();
        }
        List<String> spare = left().stream().map(Container::getId).toList();
        assertThat(spare).hasSize(1).doesNotContain(first);
        try (NestedDocker docker = builder.start()) {
            assertThat(docker.daemonContainerId()).isEqualTo(spare.get(0));
        }
        assertThat(left()).hasSize(1).noneMatch(container -> spare.contains(container.getId()));
    }

    @ParameterizedTest
    @MethodSource("waysIn")
    void twoProgramsAtOnceHaveTwoDaemons(NestedDockerBuilder builder) {
        assumeReachable(builder);
        builder.reuse(name);
        try (NestedDocker one = builder.start();
                NestedDocker other = builder.start()) {
            assertThat(one.daemonContainerId()).isNotEqualTo(other.daemonContainerId());
        }
        assertThat(left()).hasSize(2);
    }

    @Test
    void twoRealProgramsAtOnceHaveTwoDaemons() {
        try (ChildJvm one = ChildJvm.start(ON, VictimProgram.class, "reuse", name, "RESET");
                ChildJvm other = ChildJvm.start(ON, VictimProgram.class, "reuse", name, "RESET")) {
            assertThat(one.await("CONTAINER")).isNotEqualTo(other.await("CONTAINER"));
            one.say("exit");
            other.say("exit");
            one.awaitEnd();
            other.awaitEnd();
        }
    }

    @Test
    void aKilledProgramHoldsNothing() {
        String first = killed(Reuse.AS_IT_WAS);
        try (NestedDocker docker =
                NestedDocker.builder().reuse(name, Reuse.AS_IT_WAS).start()) {
            assertThat(docker.daemonContainerId()).isEqualTo(first);
        }
    }

    @Test
    void theDaemonOfAKilledProgramIsReplacedIfTheNextOneWantsItsFirstState() {
        String first = killed(Reuse.RESET);
        try (NestedDocker docker = NestedDocker.builder().reuse(name).start()) {
            assertThat(docker.daemonContainerId()).isNotEqualTo(first);
        }
        assertThat(OuterTestEngine.hasContainer(first)).isFalse();
    }

    private String killed(Reuse condition) {
        return killed(condition, USUAL);
    }

    private String killed(Reuse condition, Duration timeToLive) {
        String seconds = String.valueOf(timeToLive.toSeconds());
        try (ChildJvm child = ChildJvm.start(ON, VictimProgram.class, "reuse", name, condition.name(), seconds)) {
            String container = child.await("CONTAINER");
            child.signal("KILL");
            child.awaitEnd();
            return container;
        }
    }

    @Test
    void aProgramThatEndsWithoutClosingLeavesTheDaemonClean() {
        String first;
        try (ChildJvm child = ChildJvm.start(ON, VictimProgram.class, "reuse", name, "RESET")) {
            first = child.await("CONTAINER");
            child.say("exit");
            child.awaitEnd();
        }
        try (NestedDocker docker = NestedDocker.builder().reuse(name).start()) {
            assertThat(docker.daemonContainerId()).isEqualTo(first);
        }
    }

    @Test
    void aDaemonWhoseProgramDiedInTheStartIsReplaced() {
        try (ChildJvm child = ChildJvm.start(ON, VictimProgram.class, "reuse-halt", name)) {
            child.awaitEnd();
        }
        List<Container> unfinished = left();
        assertThat(unfinished).hasSize(1);
        try (NestedDocker docker = NestedDocker.builder().reuse(name).start()) {
            assertThat(docker.daemonContainerId())
                    .isNotEqualTo(unfinished.get(0).getId());
        }
        assertThat(OuterTestEngine.hasContainer(unfinished.get(0).getId())).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Reuse.class)
    void aDaemonEndsWhenNobodyComes(Reuse condition) {
        NestedDocker.builder().reuse(name, condition, SHORT).start().close();
        Eventually.await(PATIENCE, "the end of the daemon", () -> left().isEmpty());
    }

    @Test
    void aDaemonEndsWhenNobodyComesAfterItsProgramWasKilled() {
        killed(Reuse.AS_IT_WAS, SHORT);
        Eventually.await(PATIENCE, "the end of the daemon", () -> left().isEmpty());
    }

    @Test
    void theNextStartRemovesTheFolderOfADaemonWhoseTimeIsOver() {
        OuterTestEngine.assumeSharedFolder();
        NestedDocker docker =
                NestedDocker.builder().reuse(name, Reuse.RESET, SHORT).start();
        List<Path> folders = folders();
        assertThat(folders)
                .singleElement()
                .satisfies(folder -> assertThat(folder).exists());
        docker.close();
        Eventually.await(PATIENCE, "the end of the daemon", () -> left().isEmpty());
        assertThatTheNextStartRemoves(folders);
    }

    @Test
    void theNextStartRemovesTheFolderOfADaemonThatSomebodyRemoved() {
        OuterTestEngine.assumeSharedFolder();
        NestedDocker.builder().reuse(name).start().close();
        List<Path> folders = folders();
        assertThat(folders)
                .singleElement()
                .satisfies(folder -> assertThat(folder).exists());
        left().forEach(container -> OuterTestEngine.removeContainer(container.getId()));
        assertThatTheNextStartRemoves(folders);
    }

    private static void assertThatTheNextStartRemoves(List<Path> folders) {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(Eventually.holds(PATIENCE, () -> folders.stream().noneMatch(Files::exists)))
                    .as("swept beside the start of " + docker.name())
                    .isTrue();
        }
    }

    @Test
    void theLogBeginsAnewWithEachProgram() {
        NestedDockerBuilder builder = NestedDocker.builder().reuse(name, Reuse.AS_IT_WAS);
        try (NestedDocker docker = builder.start()) {
            awaitInLog(docker, "the first program");
        }
        try (NestedDocker docker = builder.start()) {
            awaitInLog(docker, "the second program");
            assertThat(docker.logs()).doesNotContain("the first program");
        }
    }

    /** Writes a line to the container's log, which is the standard output of the first process, until the library has read it. */
    private static void awaitInLog(NestedDocker docker, String line) {
        Eventually.await(PATIENCE, "a line in the log", () -> {
            docker.exec("sh", "-c", "echo '" + line + "' >/proc/1/fd/1");
            return docker.logs().contains(line);
        });
    }

    @Test
    void aDaemonInUseOutlivesItsTime() {
        NestedDockerBuilder builder = NestedDocker.builder().reuse(name, Reuse.RESET, SHORT);
        try (NestedDocker docker = builder.start()) {
            awaitTheEndOfAnother(builder);
            assertThat(docker.isRunning()).isTrue();
            assertThat(docker.client().infoCmd().exec().getContainers()).isZero();
        }
    }

    @Test
    void theTimeBeginsAnewWithEachProgram() {
        NestedDockerBuilder builder = NestedDocker.builder().reuse(name, Reuse.RESET, LONG_ENOUGH_FOR_A_START);
        String first;
        try (NestedDocker docker = builder.start()) {
            first = docker.daemonContainerId();
            awaitTheEndOfAnother(builder);
        }
        try (NestedDocker docker = builder.start()) {
            assertThat(docker.daemonContainerId()).isEqualTo(first);
        }
    }

    /** Starts an unused daemon with the same time to live, and waits for its end. So at least this time has passed afterwards. */
    private void awaitTheEndOfAnother(NestedDockerBuilder builder) {
        builder.start().close();
        Eventually.await(PATIENCE, "the end of the daemon that no program uses", () -> left().size() == 1);
    }

    @Test
    void otherOptionsReplaceTheDaemon() {
        String first;
        try (NestedDocker docker = NestedDocker.builder().reuse(name).start()) {
            first = docker.daemonContainerId();
        }
        try (NestedDocker docker =
                NestedDocker.builder().reuse(name).environment("A_SETTING", "1").start()) {
            assertThat(docker.daemonContainerId()).isNotEqualTo(first);
        }
        assertThat(OuterTestEngine.hasContainer(first)).isFalse();
    }

    @Test
    void aChangedImageIsSentAgain() {
        try (LayeredImage small = LayeredImage.of("reuse", TinyImage.NAME, 1_000)) {
            NestedDockerBuilder builder =
                    NestedDocker.builder().images(small.name()).reuse(name);
            String first;
            String before;
            try (NestedDocker docker = builder.start()) {
                first = docker.daemonContainerId();
                before = sizeOfTheFile(docker, small);
            }
            try (LayeredImage large = LayeredImage.of("reuse", TinyImage.NAME, 2_000);
                    NestedDocker docker = builder.start()) {
                assertThat(docker.daemonContainerId()).isEqualTo(first);
                assertThat(List.of(before, sizeOfTheFile(docker, large))).containsExactly("1000", "2000");
                assertThat(docker.client().listImagesCmd().exec())
                        .as("the first one is gone")
                        .hasSize(1);
            }
        }
    }

    private static String sizeOfTheFile(NestedDocker docker, LayeredImage image) {
        return InnerContainers.output(
                docker.client(), request -> request.withImage(image.name()), "sh", "-c", "cat /file* | wc -c");
    }

    @Test
    void anImageWithoutANameStaysFromRunToRun() {
        NestedDockerBuilder builder = NestedDocker.builder().reuse(name);
        try (LayeredImage image = LayeredImage.of("unnamed", TinyImage.NAME, 1_000)) {
            builder.images(image.id());
            for (int run = 1; run <= 3; run++) {
                try (NestedDocker docker = builder.start()) {
                    assertThat(docker.client().listImagesCmd().exec())
                            .as("run " + run)
                            .hasSize(1);
                }
            }
        }
        assertThat(left()).hasSize(1);
    }

    @Test
    void aPausedDaemonGoesOnForTheNextProgram() {
        NestedDockerBuilder builder = NestedDocker.builder().reuse(name, Reuse.AS_IT_WAS);
        String first;
        try (NestedDocker docker = builder.start()) {
            first = docker.daemonContainerId();
            docker.pause();
        }
        try (NestedDocker docker = builder.start()) {
            assertThat(docker.daemonContainerId()).isEqualTo(first);
        }
    }

    @Test
    void aSharedFolderThatWasMadeAnewIsSeenByTheNextRun(@TempDir Path parent) throws IOException {
        OuterTestEngine.assumeSharedFolder();
        Path shared = Files.createDirectory(parent.resolve("target"));
        NestedDockerBuilder builder = NestedDocker.builder().reuse(name).share(shared);
        builder.start().close();
        Files.delete(shared);
        Files.writeString(Files.createDirectory(shared).resolve("file"), "made anew");
        try (NestedDocker docker = builder.start()) {
            assertThat(docker.exec("cat", shared.resolve("file").toString()).stdout())
                    .isEqualTo("made anew");
        }
    }

    @Test
    void removeEndsADaemonThatWouldBeReused() {
        NestedDocker docker = NestedDocker.builder().reuse(name).start();
        List<Path> folders = folders();
        docker.remove();
        assertThat(left()).isEmpty();
        assertThat(folders).noneMatch(Files::exists);
    }

    @ParameterizedTest
    @EnumSource(Reuse.class)
    void removeAfterCloseEndsWhatIsLeftDespiteAnInterrupt(Reuse condition) {
        NestedDocker docker = NestedDocker.builder().reuse(name, condition).start();
        docker.close();
        List<Path> folders = folders();
        assertThat(left()).hasSize(1);
        Thread.currentThread().interrupt();
        docker.remove();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(left()).isEmpty();
        assertThat(folders).noneMatch(Files::exists);
    }

    @Test
    void removeAfterCloseEndsADaemonThatIsReachedByATunnel() {
        NestedDocker docker = NestedDocker.builder()
                .reuse(name)
                .connection(ConnectionMode.TUNNEL)
                .start();
        docker.close();
        docker.remove();
        assertThat(left()).isEmpty();
    }

    @Test
    void removeAfterCloseSparesADaemonThatIsInUseAgain() {
        NestedDocker first = NestedDocker.builder().reuse(name).start();
        first.close();
        try (NestedDocker second = NestedDocker.builder().reuse(name).start()) {
            ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, first::remove))
                    .tried("remove the daemon container")
                    .on(first.name())
                    .because("another program or handle uses the daemon now")
                    .cure("call remove() there");
            assertThat(second.daemonContainerId()).isEqualTo(first.daemonContainerId());
            assertThatCode(() -> second.client().pingCmd().exec()).doesNotThrowAnyException();
        }
        first.remove();
        assertThat(left()).isEmpty();
    }

    @Test
    void removeEndsTheSpareDaemonToo() {
        NestedDocker docker = NestedDocker.builder().reuse(name, Reuse.FRESH).start();
        Eventually.await(PATIENCE, "the spare daemon", () -> left().size() == 2);
        List<Path> folders = folders();
        docker.remove();
        assertThat(left()).isEmpty();
        assertThat(folders).noneMatch(Files::exists);
    }

    @Test
    void aSpareDaemonIsThereAlsoAfterTheProgramWasKilled() {
        String first;
        try (ChildJvm child = ChildJvm.start(ON, VictimProgram.class, "reuse", name, "FRESH")) {
            first = child.await("CONTAINER");
            Eventually.await(PATIENCE, "the spare daemon", () -> left().size() == 2);
            child.awaitText("waits for the next program");
            child.signal("KILL");
            child.awaitEnd();
        }
        try (NestedDocker docker =
                NestedDocker.builder().reuse(name, Reuse.FRESH).start()) {
            assertThat(docker.daemonContainerId()).isNotEqualTo(first);
            assertThat(OuterTestEngine.hasContainer(first)).isFalse();
        }
    }

    @Test
    void aDaemonThatCannotBeResetIsNotLeft() {
        NestedDocker docker = NestedDocker.builder().reuse(name).start();
        docker.exec("sh", "-c", "mkdir -p /etc/docker && echo '{\"debug\": true}' >/etc/docker/daemon.json");
        List<Path> folders = folders();
        docker.close();
        assertThat(left()).isEmpty();
        assertThat(folders).noneMatch(Files::exists);
    }

    /** Any user who may create containers on the outer engine can choose their labels. */
    @Test
    void aFolderThatALabelNamesIsNotDeletedIfTheLibraryDidNotMakeIt(@TempDir Path precious) throws IOException {
        Path file = Files.writeString(precious.resolve("file"), "precious");
        String impostor = impostorOfAnEndedProgram(precious);
        NestedDocker.builder().reuse(name).start().close();
        assertThat(OuterTestEngine.hasContainer(impostor))
                .as("found and removed, because its options are others")
                .isFalse();
        assertThat(file).hasContent("precious");
    }

    /** The owner runs until the container does, because tests in other JVMs remove what an ended program did not start. */
    private String impostorOfAnEndedProgram(Path folder) throws IOException {
        Process program = new ProcessBuilder("sleep", "600").start();
        try {
            return impostor(folder, program.toHandle());
        } finally {
            program.destroyForcibly().onExit().join();
        }
    }

    private String impostor(Path folder, ProcessHandle owner) {
        String id = OuterTestEngine.client()
                .createContainerCmd(OuterTestEngine.daemonImage())
                .withLabels(Map.of(
                        Labels.KIND,
                        Labels.DAEMON,
                        Labels.OWNER,
                        new Owner(
                                        Owner.thisProgram().machine(),
                                        owner.pid(),
                                        owner.info()
                                                .startInstant()
                                                .orElseThrow()
                                                .toEpochMilli())
                                .toString(),
                        Labels.REUSE,
                        name,
                        Labels.REUSE_FOLDER,
                        folder.toString()))
                .withEntrypoint(
                        "/nested-docker/hold", ContainerPlan.holdSocket(true), "600", "1", "/nested-docker/mark")
                .exec()
                .getId();
        byte[] files = new TarArchive()
                .folder("nested-docker/", 0700)
                .folder("nested-docker/shared/", 0700)
                .file(
                        "nested-docker/relay",
                        0755,
                        RelayProgram.forProcessor("amd64").orElseThrow())
                .link("nested-docker/hold", "relay")
                .file("nested-docker/mark", 0600, "another".getBytes(StandardCharsets.US_ASCII))
                .toBytes();
        OuterTestEngine.client()
                .copyArchiveToContainerCmd(id)
                .withRemotePath("/")
                .withTarInputStream(new ByteArrayInputStream(files))
                .exec();
        OuterTestEngine.client().startContainerCmd(id).exec();
        Eventually.await(
                PATIENCE,
                "the socket of the impostor",
                () -> InnerContainers.exec(OuterTestEngine.client(), id, "ls", "/nested-docker/shared")
                        .contains(ContainerPlan.HOLD_NAME));
        return id;
    }

    @Test
    void onlyRootInTheContainerReadsTheHashOfTheOptions() {
        try (NestedDocker docker = NestedDocker.builder().reuse(name).start()) {
            assertThat(docker.exec("stat", "-c", "%a %U", "/nested-docker/options.sha256")
                            .stdout()
                            .strip())
                    .isEqualTo("600 root");
            assertThat(OuterTestEngine.inspect(docker.daemonContainerId())
                            .orElseThrow()
                            .getConfig()
                            .getLabels())
                    .containsEntry(Labels.REUSE, name);
        }
    }

    @Test
    void nothingIsLeftWhereReuseIsOff() {
        System.setProperty(SWITCH, "false");
        NestedDocker.builder().reuse(name).start().close();
        assertThat(left()).isEmpty();
    }

    private List<Container> left() {
        return OuterTestEngine.client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of(Labels.REUSE + "=" + name))
                .exec();
    }

    /** Returns the folders that this machine shares with the remaining daemons; none if the outer engine can't share files. */
    private List<Path> folders() {
        return left().stream()
                .flatMap(container -> Optional.ofNullable(container.getLabels().get(Labels.REUSE_FOLDER)).stream())
                .map(Path::of)
                .toList();
    }
}
