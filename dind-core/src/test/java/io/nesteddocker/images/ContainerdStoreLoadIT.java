package io.nesteddocker.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ImageSource;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OciLayout;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.UnusualImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests images into and out of a daemon with the containerd image store, where the same images have other IDs. */
@ExtendWith(LeakCheck.class)
class ContainerdStoreLoadIT {

    private static final int MEGABYTE = 1 << 20;

    private static NestedDocker docker;
    private static LayeredImage base;

    private final List<Progress> reports = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        base = LayeredImage.of("containerd", TinyImage.NAME, 40 * MEGABYTE);
        docker = InnerStore.CONTAINERD.daemon().start();
        docker.load(TinyImage.NAME, base.name());
    }

    @AfterAll
    static void end() {
        docker.close();
        base.close();
    }

    @Test
    void aLoadedImageRuns() {
        assertThat(docker.engine().storageDriver()).isEqualTo("overlayfs");
        assertThat(InnerContainers.output(docker.client(), "echo", "it runs")).isEqualTo("it runs");
    }

    @Test
    void nothingIsSentOfAnImageThatIsThere() {
        docker.load(reports::add, ImageSource.of(base.name()));
        assertThat(reports).extracting(Progress::status).containsExactly("already there");
    }

    @Test
    void onlyTheNewLayerIsSentAndTheImageRuns() {
        try (LayeredImage top = LayeredImage.of("containerd-top", base.name(), MEGABYTE)) {
            docker.load(reports::add, ImageSource.of(top.name()));
            assertThat(reports.get(reports.size() - 1).doneBytes()).isBetween((long) MEGABYTE, 2L * MEGABYTE);
            String listing =
                    InnerContainers.output(docker.client(), request -> request.withImage(top.name()), "ls", "/");
            assertThat(listing).contains("like containerd-top").contains("like containerd");
        }
    }

    @Test
    void anArchiveComesInAndGoesOut() {
        Path file = folder.resolve("base.tar");
        docker.save(base.name(), file);
        docker.client().removeImageCmd(base.name()).withForce(true).exec();
        docker.load(ImageSource.archive(file));
        assertThat(LayeredImage.names(docker.client())).contains(base.name());
    }

    @Test
    void aShortNameOfAnArchiveIsListedOnce() throws IOException {
        Path layout = folder.resolve("layout.tar");
        OciLayout.write(TinyImage.NAME, layout);
        docker.client().removeImageCmd(TinyImage.NAME).withForce(true).exec();
        docker.load(ImageSource.archive(layout));
        assertThat(LayeredImage.names(docker.client())).containsOnlyOnce(TinyImage.NAME);
    }

    @Test
    void anImageComesToTheOuterEngine() {
        String name =
                "nested-docker-test-back:containerd-" + ProcessHandle.current().pid();
        String id = InnerContainers.start(docker.client(), request -> request, "sh", "-c", "echo made > /made");
        docker.client().waitContainerCmd(id).start().awaitStatusCode();
        docker.client()
                .commitCmd(id)
                .withRepository(name.split(":")[0])
                .withTag(name.split(":")[1])
                .exec();
        try {
            docker.copyToOuter(name);
            assertThat(InnerContainers.output(
                            OuterTestEngine.client(), request -> request.withImage(name), "cat", "/made"))
                    .isEqualTo("made");
        } finally {
            UnusualImages.remove(name);
        }
    }
}
