package io.nesteddocker.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nesteddocker.DataRoot;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.StartupException;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.DebianImage;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.SeedImages;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests failures while a seed is filled or used. */
@ExtendWith(LeakCheck.class)
class SeedFaultsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String DAEMON = OuterTestEngine.daemonImage();
    private static final int MANY_FILES = 200;

    private static final SeedImages BASES = new SeedImages();
    private static String plain;
    private static String deep;

    private final SeedImages images = new SeedImages();

    @BeforeAll
    static void makeBases() {
        String files =
                "RUN rm -rf /many && mkdir /many && for i in $(seq " + MANY_FILES + "); do echo $i >/many/$i; done";
        plain = BASES.build(files);
        deep = BASES.build(SeedImages.TOO_DEEP, files);
    }

    @AfterAll
    static void removeBases() {
        BASES.close();
    }

    @AfterEach
    void removeImages() {
        images.close();
    }

    /** The stages in which another program fills a seed, as the outer engine shows them. */
    private enum Moment {
        FILLER_EXISTS {
            @Override
            boolean hasCome(long pid, String image) {
                return hasContainer(pid, FILLER);
            }
        },
        FILLER_RUNS {
            @Override
            boolean hasCome(long pid, String image) {
                return hasContainer(pid, FILLER + "running");
            }
        },
        SEED_EXISTS {
            @Override
            boolean hasCome(long pid, String image) {
                return !SeedImages.seedsWith(image).isEmpty();
            }
        },
        FILLING_DAEMON_RUNS {
            @Override
            boolean hasCome(long pid, String image) {
                return hasContainer(pid, FILLER) && hasContainer(pid, "container /dind-.*running");
            }
        },
        SEED_IS_FILLED {
            @Override
            boolean hasCome(long pid, String image) {
                return SEED_EXISTS.hasCome(pid, image) && !hasContainer(pid, FILLER);
            }
        };

        private static final String FILLER = "container .*-fill-.*";

        abstract boolean hasCome(long pid, String image);

        private static boolean hasContainer(long pid, String pattern) {
            return OuterTestEngine.leftoversOf(pid).stream().anyMatch(found -> found.matches(pattern + ".*"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "FILLING_DAEMON_RUNS", mode = EnumSource.Mode.EXCLUDE)
    void aProgramThatIsKilledWhileItLinksASeedLeavesNothingInTheWay(Moment moment) {
        assertThatAKillLeavesNothingInTheWay(moment, images.buildOn(plain));
    }

    @ParameterizedTest
    @EnumSource
    void aProgramThatIsKilledWhileADaemonFillsItsSeedLeavesNothingInTheWay(Moment moment) {
        assertThatAKillLeavesNothingInTheWay(moment, images.buildOn(deep));
    }

    private static void assertThatAKillLeavesNothingInTheWay(Moment moment, String image) {
        long pid;
        try (ChildJvm child = ChildJvm.start(SeedingProgram.class, DAEMON, image)) {
            pid = child.pid();
            Eventually.await(PATIENCE, "the other program is at " + moment, () -> moment.hasCome(pid, image));
            child.signal("KILL");
            child.awaitEnd();
            if (moment != Moment.SEED_IS_FILLED) {
                assertThat(child.output())
                        .as("what it said before it was killed")
                        .doesNotContain("READY");
            }
        }

        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            assertThat(docker.diagnostics().images().get(0)).contains("linked to the seed");
            assertThat(InnerContainers.output(
                            docker.client(), request -> request.withImage(image), "sh", "-c", "ls /many | wc -l"))
                    .isEqualTo(String.valueOf(MANY_FILES));
        }
        assertThat(Eventually.value(PATIENCE, () -> OuterTestEngine.leftoversOf(pid), Set::isEmpty))
                .isEmpty();
        assertThat(SeedImages.seedsWith(image)).hasSize(1);
    }

    @Test
    void programsThatWantTheSameSeedAtOnceFillItOnce() {
        String image = images.build("RUN echo inside >/mark");
        try (ChildJvm first = ChildJvm.start(SeedingProgram.class, DAEMON, image);
                ChildJvm second = ChildJvm.start(SeedingProgram.class, DAEMON, image)) {
            List<CompletableFuture<Void>> own = IntStream.range(0, 3)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> NestedDocker.builder().images(image).start().close()))
                    .toList();

            assertThat(first.await("READY")).contains("linked to the seed");
            assertThat(second.await("READY")).contains("linked to the seed");
            own.forEach(CompletableFuture::join);
            assertThat(first.awaitEnd()).isZero();
            assertThat(second.awaitEnd()).isZero();
        }
        assertThat(SeedImages.seedsWith(image)).hasSize(1);
    }

    @Test
    void aSeedWithoutItsMarkIsFilledAgain() {
        String image = images.build("RUN echo inside >/mark");
        NestedDocker.builder().images(image).start().close();
        String seed = SeedImages.seedsWith(image).get(0);
        SeedImages.run(seed, "rm -r /seed/complete /seed/data");

        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            assertThat(docker.diagnostics().images().get(0)).contains("linked to the seed " + seed);
            assertThat(InnerContainers.output(docker.client(), request -> request.withImage(image), "cat", "/mark"))
                    .isEqualTo("inside");
        }
    }

    @Test
    void anImageThatDisappearsWhileItIsLinkedIsAClearErrorAndLeavesNoSeed() {
        Throwable failure = null;
        String image = "";
        for (int attempt = 0; attempt < 5 && failure == null; attempt++) {
            image = images.buildOn(DebianImage.NAME, "RUN true");
            String doomed = image;
            CompletableFuture<Void> remover = CompletableFuture.runAsync(() -> {
                Eventually.await(
                        PATIENCE,
                        "there is a seed",
                        () -> !SeedImages.seedsWith(doomed).isEmpty());
                SeedImages.remove(doomed);
            });
            failure = catchThrowable(() -> NestedDocker.builder()
                    .image(DebianImage.NAME)
                    .images(doomed)
                    .start()
                    .close());
            remover.join();
        }

        assertThat(failure).isInstanceOf(ImageTransferException.class);
        // If the outer engine has the containerd store, a daemon fills a seed for the classic store by loading the
        // image.
        boolean linked = InnerStore.isClassic(OuterTestEngine.client());
        ErrorSentence.of(failure)
                .tried((linked ? "make a seed of " : "read the image ") + image)
                .on("the outer engine")
                .because(linked ? "somebody has removed the image" : "No such image")
                .cure(linked ? "see" : "Check that the source is still there");
        assertThat(SeedImages.seedsWith(image)).isEmpty();
    }

    @Test
    void anInterruptWhileASeedIsFilledByLinksLeavesNoSeed() throws InterruptedException {
        // An image with many files, so that linking takes a while.
        String image = images.buildOn(DebianImage.NAME, "RUN true");
        assertThatAnInterruptLeavesNothing(image, DebianImage.NAME);
    }

    @Test
    void anInterruptWhileADaemonFillsASeedLeavesNoSeed() throws InterruptedException {
        assertThatAnInterruptLeavesNothing(images.buildOn(deep), DAEMON);
    }

    private static void assertThatAnInterruptLeavesNothing(String image, String daemonImage)
            throws InterruptedException {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread starter = new Thread(() -> thrown.complete(catchThrowable(() ->
                NestedDocker.builder().image(daemonImage).images(image).start().close())));
        starter.start();
        assertThat(Eventually.holds(PATIENCE, () -> !SeedImages.seedsWith(image).isEmpty()))
                .isTrue();
        starter.interrupt();
        starter.join();

        assertThat(thrown.join()).isInstanceOf(StartupException.class);
        ErrorSentence.of(thrown.join())
                .tried("start the daemon container")
                .on("in phase IMAGE")
                .because("the thread was interrupted")
                .cure("start again; nothing was left behind");
        assertThat(SeedImages.seedsWith(image)).isEmpty();
    }

    @Test
    void aSeedThatTakesLongerThanTheStartMayIsAClearError() {
        String image = images.buildOn(deep);

        Throwable failure = catchThrowable(() -> NestedDocker.builder()
                .images(image)
                .startupTimeout(Duration.ofMillis(900))
                .start()
                .close());

        // Which part reports the time-out depends on the step that takes too long: the seed, the daemon that fills it,
        // or the start.
        assertThat(failure)
                .message()
                .containsPattern("^Tried to (make a seed of " + image + " |start the daemon container )");
        ErrorSentence.of(failure).because("the time was over").cure("allow more time with startupTimeout(..)");
        assertThat(SeedImages.seedsWith(image)).isEmpty();
    }

    @Test
    void aFullDiskIsAClearErrorAndLeavesNoSeed() {
        try (NestedDocker outer = NestedDocker.builder()
                .dataRoot(DataRoot.memory("100m"))
                .images(DAEMON)
                .start()) {
            Throwable failure = catchThrowable(() -> NestedDocker.builder()
                    .outer(outer.client())
                    .images(DAEMON)
                    .start()
                    .close());

            assertThat(failure).isInstanceOf(ImageTransferException.class);
            // Which step fills the disk depends on the image store of the outer engine.
            ErrorSentence.of(failure).tried(DAEMON).because("no space left on device");
            assertThat(Eventually.holds(
                            PATIENCE,
                            () -> outer.client()
                                    .listContainersCmd()
                                    .withShowAll(true)
                                    .exec()
                                    .isEmpty()))
                    .isTrue();
            assertThat(outer.client().listVolumesCmd().exec().getVolumes()).isNullOrEmpty();
            NestedDocker.builder().outer(outer.client()).start().close();
        }
    }

    @Test
    void aPruneOfAllVolumesOnTheOuterEngineTakesNoSeedThatIsInUse() {
        String image = images.build("RUN echo inside >/mark");
        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            String seed = SeedImages.seedsWith(image).get(0);

            assertThat(Command.run("docker", "volume", "rm", seed).output()).contains("volume is in use");
            assertThat(InnerContainers.output(docker.client(), request -> request.withImage(image), "cat", "/mark"))
                    .isEqualTo("inside");
        }
    }
}
