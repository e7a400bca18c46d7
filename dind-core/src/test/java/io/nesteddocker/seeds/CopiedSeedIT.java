package io.nesteddocker.seeds;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ImageSource;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.StorageDriver;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.SeedImages;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests seeds that a daemon fills by loading the images, because hard links to the outer engine's layers are impossible. */
@ExtendWith(LeakCheck.class)
class CopiedSeedIT {

    private static final String[] OPAQUE = {
        "RUN mkdir /folder && echo low >/folder/low && echo x >/gone",
        "RUN rm -rf /folder /gone && mkdir /folder && echo high >/folder/high"
    };

    private final SeedImages images = new SeedImages();

    @AfterEach
    void removeImages() {
        images.close();
    }

    @ParameterizedTest
    @EnumSource
    void aLayerThatCantBeLinkedIsLoadedByADaemon(InnerStore store) {
        String image = images.build(SeedImages.TOO_DEEP, "RUN echo inside >/mark");

        for (int start = 1; start <= 2; start++) {
            try (NestedDocker docker = start(image, store.daemon())) {
                assertThat(docker.diagnostics().images().get(0))
                        .contains("linked to the seed")
                        .containsPattern(
                                "filled by save and load, because "
                                        + (store.isLinked()
                                                ? "a layer of the outer engine could not be linked: .*Filename too long"
                                                : "the outer engine has the containerd image store, and the inner engine the classic"));
                assertThat(run(docker, "run", "--rm", image, "cat", "/mark")).isEqualTo("inside");
            }
        }
    }

    @Test
    void theContainerdImageStoreIsLinkedToo(@TempDir Path folder) {
        String image = images.build(OPAQUE);
        NestedDockerBuilder builder = InnerStore.CONTAINERD.daemon();
        start(image, builder).close();
        String seed = SeedImages.seedsWith(image).get(0);
        String checksum = SeedImages.checksum(seed);

        try (NestedDocker docker = start(image, builder)) {
            assertThat(docker.engine().storageDriver()).isEqualTo("overlayfs");
            assertThat(docker.diagnostics().images().get(0))
                    .contains("linked to the seed", "filled by hard links from the outer engine's layers");
            run(docker, "run", "--name", "changed", image, "sh", "-c", "echo changed >/folder/high; rm /bin/vi");
            run(docker, "commit", "changed", "committed:1");
            docker.restart();
            assertThat(run(docker, "run", "--rm", "committed:1", "cat", "/folder/high"))
                    .isEqualTo("changed");
            assertThat(run(docker, "run", "--rm", image, "find", "/folder")).isEqualTo("/folder\n/folder/high");
            run(docker, "rm", "changed");
            Path archive = folder.resolve("image.tar");
            docker.save(image, archive);
            run(docker, "rmi", image);
            docker.load(ImageSource.archive(archive));
            assertThat(run(docker, "run", "--rm", image, "find", "/folder")).isEqualTo("/folder\n/folder/high");
            run(docker, "system", "prune", "--all", "--force");
            assertThat(run(docker, "images", "--all", "--quiet")).isEmpty();
        }
        assertThat(SeedImages.checksum(seed)).isEqualTo(checksum);
    }

    @Test
    void anImageThatIsNamedByItsIdentityIsLinkedInTheContainerdImageStoreToo() {
        String id = images.id(images.build("RUN echo inside >/mark"));

        try (NestedDocker docker = start(id, InnerStore.CONTAINERD.daemon())) {
            String inside = run(docker, "images", "--all", "--quiet", "--no-trunc");
            assertThat(docker.diagnostics().images())
                    .singleElement()
                    .asString()
                    .startsWith(id + ": linked to the seed")
                    .endsWith(inside.equals(id) ? " layers" : "; the name inside is " + inside);
            assertThat(run(docker, "run", "--rm", inside, "cat", "/mark")).isEqualTo("inside");
        }
    }

    @Test
    void anImageStoreThatCantBeLinkedIsStreamedInto() {
        String image = images.build("RUN echo inside >/mark");

        try (NestedDocker docker = start(image, NestedDocker.builder().storageDriver(StorageDriver.VFS))) {
            assertThat(docker.diagnostics().images())
                    .containsExactly(
                            image
                                    + ": streamed, because the inner engine stores layers with vfs, which can't be linked to a seed");
            assertThat(run(docker, "run", "--rm", image, "cat", "/mark")).isEqualTo("inside");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDaemonInsideASeededDaemonHasItsImagesToo(InnerStore store) {
        String daemonImage = store == InnerStore.CONTAINERD ? InnerStore.OFFICIAL_IMAGE : OuterTestEngine.daemonImage();
        String image = images.build("RUN echo inside >/mark");

        try (NestedDocker outer = start(daemonImage, store.daemon().images(image));
                NestedDocker inner = start(image, store.daemon().outer(outer.client()))) {
            assertThat(inner.diagnostics().images().get(0))
                    .contains("linked to the seed", "because the outer engine's layers are links themselves");
            assertThat(run(inner, "run", "--rm", image, "cat", "/mark")).isEqualTo("inside");
        }
    }

    private static NestedDocker start(String image, NestedDockerBuilder builder) {
        return builder.images(image).start();
    }

    private static String run(NestedDocker docker, String... arguments) {
        return DockerCommand.run(docker.endpoint(), arguments);
    }
}
