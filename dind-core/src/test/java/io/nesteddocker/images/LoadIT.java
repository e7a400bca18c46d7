package io.nesteddocker.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.SeedImages;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.UnusualImages;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the loading of images from the outer engine into a running daemon. */
@ExtendWith(LeakCheck.class)
class LoadIT {

    private static final int MEGABYTE = 1 << 20;
    private static final int BASE_BYTES = 40 * MEGABYTE;
    private static final int SMALL_BYTES = MEGABYTE;

    private static NestedDocker docker;
    private static LayeredImage base;

    private final List<Progress> reports = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        base = LayeredImage.of("base", TinyImage.NAME, BASE_BYTES);
        docker = NestedDocker.builder().start();
        docker.load(base.name());
    }

    @AfterAll
    static void end() {
        docker.close();
        base.close();
    }

    @Test
    void aLoadedImageRuns() {
        docker.load(TinyImage.NAME);
        assertThat(InnerContainers.output(docker.client(), "echo", "it runs")).isEqualTo("it runs");
    }

    @Test
    void aLoadedImageIsTheSameImage() {
        assertThat(docker.load(base.name())).containsExactly(idInside(base));
        assertIsInside(base);
    }

    @Test
    void nothingIsSentOfAnImageThatIsThere() {
        docker.load(reports::add, ImageSource.of(base.name()));
        assertThat(reports)
                .singleElement()
                .satisfies(report -> assertThat(report.status()).isEqualTo("already there"))
                .satisfies(report -> assertThat(report.doneBytes()).isZero());
    }

    @Test
    void onlyTheNewLayerOfAnImageIsSent() {
        try (LayeredImage top = LayeredImage.of("one-more-layer", base.name(), SMALL_BYTES)) {
            docker.load(reports::add, ImageSource.of(top.name()));
            assertThat(last().doneBytes()).isBetween((long) SMALL_BYTES, 2L * SMALL_BYTES);
            assertThat(last().doneLayers()).isEqualTo(1);
            assertIsInside(top);
        }
    }

    @Test
    void severalImagesComeInOneStreamAndSharedLayersOnce() {
        try (LayeredImage shared = LayeredImage.of("shared", TinyImage.NAME, 3 * MEGABYTE);
                LayeredImage left = LayeredImage.of("left", shared.name(), SMALL_BYTES);
                LayeredImage right = LayeredImage.of("right", shared.name(), SMALL_BYTES)) {
            List<String> ids = docker.load(reports::add, ImageSource.of(left.name()), ImageSource.of(right.name()));
            assertThat(ids).containsExactly(idInside(left), idInside(right));
            assertIsInside(left);
            assertIsInside(right);
            assertThat(last().doneBytes()).isLessThan(8L * MEGABYTE);
            assertThat(reports)
                    .filteredOn(report -> report.status().equals("loaded"))
                    .hasSize(1);
        }
    }

    @Test
    void aNameThatIsMissingIsAddedWithoutSendingAnything() {
        String other =
                "nested-docker-test-odd:other-name-" + ProcessHandle.current().pid();
        OuterTestEngine.client()
                .tagImageCmd(base.name(), other.split(":")[0], other.split(":")[1])
                .exec();
        try {
            docker.load(reports::add, ImageSource.of(base.name()), ImageSource.of(other));
            assertThat(reports).extracting(Progress::doneBytes).containsOnly(0L);
            assertThat(docker.client().inspectImageCmd(other).exec().getId()).isEqualTo(idInside(base));
        } finally {
            UnusualImages.remove(other);
        }
    }

    @Test
    void anImageThatIsNamedByItsIdHasNoNameInside() {
        try (LayeredImage image = LayeredImage.of("by-id", TinyImage.NAME, SMALL_BYTES)) {
            List<String> ids = docker.load(image.id());
            assertThat(ids).hasSize(1);
            assertThat(docker.client().inspectImageCmd(ids.get(0)).exec().getRepoTags())
                    .isNullOrEmpty();
            assertThat(LayeredImage.content(docker.client(), ids.get(0)))
                    .isEqualTo(LayeredImage.content(OuterTestEngine.client(), image.id()));
        }
    }

    @Test
    void bytesAndLayersAreReportedAsTheyGo() {
        try (LayeredImage image = LayeredImage.of("progress", TinyImage.NAME, 30 * MEGABYTE)) {
            docker.load(reports::add, ImageSource.of(image.name()));
            assertThat(reports).extracting(Progress::doneBytes).isSorted().hasSizeGreaterThan(10);
            assertThat(reports)
                    .allSatisfy(report -> assertThat(report.doneBytes()).isLessThanOrEqualTo(report.totalBytes()));
            assertThat(last().status()).isEqualTo("loaded");
            assertThat(last().doneBytes()).isEqualTo(last().totalBytes());
            assertThat(last().doneLayers()).isEqualTo(last().totalLayers()).isPositive();
        }
    }

    @Test
    void severalDaemonsGetWhatEachLacksFromOneReading() {
        try (NestedDocker empty = NestedDocker.builder().progress(reports::add).start();
                LayeredImage top = LayeredImage.of("for-both", base.name(), SMALL_BYTES)) {
            reports.clear();
            NestedDocker.loadInto(List.of(empty, docker), ImageSource.of(top.name()));
            for (NestedDocker each : List.of(empty, docker)) {
                assertThat(LayeredImage.content(each.client(), top.name())).isEqualTo(top.content());
            }
            assertThat(last().doneBytes()).isLessThan(BASE_BYTES + 8L * MEGABYTE);
            assertThat(reports)
                    .filteredOn(report -> report.status().equals("loaded"))
                    .hasSize(1);
        }
    }

    @Test
    void aDaemonThatIsNamedTwiceGetsTheImage() {
        try (LayeredImage image = LayeredImage.of("named-twice", TinyImage.NAME, 60 * MEGABYTE)) {
            NestedDocker.loadInto(List.of(docker, docker), ImageSource.of(image.name()));
            assertThat(LayeredImage.content(docker.client(), image.name())).isEqualTo(image.content());
        }
    }

    @Test
    void anOuterEngineThatFailsKeepsNoImageFromTheDaemonsOfAnother() {
        try (NestedDocker inner = docker.nest().start();
                LayeredImage image = LayeredImage.of("for-one", TinyImage.NAME, SMALL_BYTES)) {
            assertThatThrownBy(() -> NestedDocker.loadInto(List.of(inner, docker), ImageSource.outer(image.name())))
                    .isInstanceOf(ImageTransferException.class)
                    .hasMessageContaining(image.name())
                    .hasNoSuppressedExceptions();
            assertThat(LayeredImage.content(docker.client(), image.name())).isEqualTo(image.content());
        }
    }

    @Test
    void idsAreInTheOrderOfTheSources() {
        Path archive = folder.resolve("base.tar");
        docker.save(base.name(), archive);
        try (LayeredImage first = LayeredImage.of("first", TinyImage.NAME, SMALL_BYTES);
                LayeredImage last = LayeredImage.of("last", TinyImage.NAME, SMALL_BYTES)) {
            assertThat(docker.load(
                            ImageSource.of(first.name()), ImageSource.archive(archive), ImageSource.of(last.name())))
                    .containsExactly(idInside(first), idInside(base), idInside(last));
        }
    }

    @Test
    void anImageWithoutLayersIsInsideToo() {
        try (SeedImages images = new SeedImages()) {
            String image = images.buildOn("scratch");
            List<String> ids = docker.load(image);
            assertThat(ids).hasSize(1);
            assertThat(LayeredImage.content(docker.client(), ids.get(0)))
                    .isEqualTo(LayeredImage.content(OuterTestEngine.client(), image));
            docker.client().removeImageCmd(image).exec();
        }
    }

    @Test
    void anImageWithoutLayersIsSavedByAnEngineThatCan() {
        try (NestedDocker able = InnerStore.CONTAINERD.daemon().start();
                SeedImages images = new SeedImages()) {
            String image = images.buildOn("scratch");
            Path file = folder.resolve("able.tar");
            able.load(image);
            able.save(image, file);
            able.client().removeImageCmd(image).exec();
            assertThat(able.load(ImageSource.archive(file))).hasSize(1);
            assertThat(LayeredImage.content(able.client(), image))
                    .isEqualTo(LayeredImage.content(OuterTestEngine.client(), image));
        }
    }

    @Test
    void anImageWithoutLayersIsNotBlamedOnTheFileThatItCantBeSavedTo() {
        try (NestedDocker unable = InnerStore.OVERLAY2.daemon().start();
                SeedImages images = new SeedImages()) {
            String image = images.buildOn("scratch");
            unable.load(image);
            assertThatThrownBy(() -> unable.save(image, folder.resolve("empty.tar")))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("save the image")
                            .on(image)
                            .because("empty export")
                            .cure("The classic image store can't save an image without layers"));
        }
    }

    @Test
    void aMissingImageIsAnError() {
        assertThatThrownBy(() -> docker.load(ImageSource.outer("nested-docker-test.invalid/none:1")))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("find the image")
                        .on("nested-docker-test.invalid/none:1")
                        .because("does not have it")
                        .cure("docker images"));
    }

    @Test
    void aTextThatIsNoReferenceIsRefusedBeforeAnyEngineIsAsked() {
        assertThatThrownBy(() -> docker.load("Not:A:Reference"))
                .isInstanceOf(IllegalArgumentException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("use the image")
                        .on("\"Not:A:Reference\"")
                        .because("that is not an image reference, because a name has lower-case letters")
                        .cure("give one such as alpine:3.20"));
    }

    /** Returns the ID inside, which the classic store keeps and the containerd store changes. */
    private static String idInside(LayeredImage image) {
        return docker.engine().storageDriver().equals("overlayfs")
                ? docker.client().inspectImageCmd(image.name()).exec().getId()
                : image.id();
    }

    private static void assertIsInside(LayeredImage image) {
        assertThat(docker.client().inspectImageCmd(image.name()).exec().getId()).isEqualTo(idInside(image));
        assertThat(LayeredImage.content(docker.client(), image.name())).isEqualTo(image.content());
    }

    private Progress last() {
        return reports.get(reports.size() - 1);
    }
}
