package io.nesteddocker.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.command.InspectImageResponse;
import io.nesteddocker.DataRoot;
import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.SeedImages;
import io.nesteddocker.testing.TinyImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests images that the daemon has when {@code start()} returns. */
@ExtendWith(LeakCheck.class)
class SeededStartIT {

    private final SeedImages images = new SeedImages();

    @AfterEach
    void removeImages() {
        images.close();
    }

    @Test
    void anImageIsInsideAndRunsWhenTheStartReturns() {
        String image = images.build("RUN echo inside >/mark");

        try (NestedDocker docker =
                NestedDocker.builder().images(TinyImage.NAME, image).start()) {
            assertThat(InnerContainers.output(docker.client(), request -> request.withImage(image), "cat", "/mark"))
                    .isEqualTo("inside");
        }
    }

    @Test
    void theDiagnosticsTellThatTheLayersAreLinkedAndHowTheSeedWasFilled() {
        String image = images.build();

        try (NestedDocker docker = InnerStore.OVERLAY2.daemon().images(image).start()) {
            assertThat(docker.diagnostics().images())
                    .singleElement()
                    .asString()
                    .startsWith(image + ": linked to the seed "
                            + SeedImages.seedsWith(image).get(0)
                            + ", which was filled by "
                            + (InnerStore.OVERLAY2.isLinked()
                                    ? "hard links from the outer engine's layers"
                                    : "save and load"));
        }
    }

    @Test
    void aLaterStartCanBeResetToItsImages() {
        String image = images.build();

        NestedDocker.builder().images(image).start().close();
        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            docker.load(TinyImage.NAME);
            docker.client().tagImageCmd(image, "mine", "one").exec();

            docker.reset();

            assertThat(docker.client().listImagesCmd().exec())
                    .singleElement()
                    .satisfies(one -> assertThat(one.getRepoTags()).containsExactly(image));
        }
    }

    /** The images of a seed are in the default namespace, so this engine does not have them at first. */
    @Test
    void aLaterStartThatCantSeeTheSeedHasItsImages() {
        String image = images.build("RUN echo inside >/mark");

        InnerStore.CONTAINERD.daemon().images(image).start().close();
        try (NestedDocker docker = InnerStore.CONTAINERD
                .daemon()
                .images(image)
                .daemonArgs("--containerd-namespace=elsewhere")
                .start()) {
            assertThat(InnerContainers.output(docker.client(), request -> request.withImage(image), "cat", "/mark"))
                    .isEqualTo("inside");
        }
    }

    @Test
    void aLaterStartWithAnotherImageStoreHasItsImages() {
        String image = images.build("RUN echo inside >/mark");
        String daemonImage = images.buildOn(
                OuterTestEngine.daemonImage(),
                "RUN d=$(command -v dockerd) && mv $d $d-without-flag"
                        + " && printf '#!/bin/sh\\nexec %s-without-flag ${STORE_FLAG:-} \"$@\"\\n' $d >$d && chmod 755 $d");

        NestedDocker.builder().image(daemonImage).images(image).start().close();
        try (NestedDocker docker = NestedDocker.builder()
                .image(daemonImage)
                .images(image)
                .environment("STORE_FLAG", "--storage-driver=vfs")
                .start()) {
            assertThat(docker.diagnostics().images())
                    .containsExactly(
                            image
                                    + ": streamed, because the inner engine stores images with vfs, which the library did not expect");
            assertThat(InnerContainers.output(docker.client(), request -> request.withImage(image), "cat", "/mark"))
                    .isEqualTo("inside");
        }
        // What a variable has decided says nothing about starts without it.
        try (NestedDocker docker =
                NestedDocker.builder().image(daemonImage).images(image).start()) {
            assertThat(docker.diagnostics().images())
                    .singleElement()
                    .asString()
                    .startsWith(image + ": linked to the seed");
        }
    }

    @Test
    void anArchiveBesideALinkedImageIsNoReasonToWarn(@TempDir Path folder) throws IOException {
        String image = images.build();
        Path archive = folder.resolve("tiny.tar");
        try (InputStream saved =
                OuterTestEngine.client().saveImageCmd(TinyImage.NAME).exec()) {
            Files.copy(saved, archive);
        }
        PrintStream usual = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try (NestedDocker docker = NestedDocker.builder()
                .images(image)
                .images(ImageSource.archive(archive))
                .start()) {
            assertThat(docker.diagnostics().images())
                    .anyMatch(note -> note.startsWith(image + ": linked to the seed"))
                    .anyMatch(note -> note.contains("streamed, because it comes from an archive"));
        } finally {
            System.setErr(usual);
        }
        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("is ready")
                .doesNotContain(" WARN ");
    }

    @Test
    void allNamesOfAnImageAndAllImagesAreInside() {
        String first = images.build("RUN echo shared >/shared", "RUN echo 1 >/one");
        String second = images.build("RUN echo shared >/shared", "RUN echo 2 >/two");
        String further = images.tag(first, "further");

        try (NestedDocker docker =
                NestedDocker.builder().images(first, further).images(second).start()) {
            assertThat(docker.client().inspectImageCmd(first).exec().getId())
                    .isEqualTo(InnerStore.idInside(docker, first))
                    .isEqualTo(InnerStore.idInside(docker, further));
            assertThat(docker.client().inspectImageCmd(second).exec().getId())
                    .isEqualTo(InnerStore.idInside(docker, second));
        }
    }

    @Test
    void anImageThatIsNamedTwiceIsThereOnceAndItsSpellingsShareASeed() {
        String image = images.build();
        String latest = images.tag(image, "latest");
        String repository = latest.substring(0, latest.indexOf(':'));
        List<List<String>> notes = new ArrayList<>();
        for (String[] spellings :
                new String[][] {{latest, latest}, {repository, latest}, {"docker.io/library/" + repository}}) {
            try (NestedDocker docker = NestedDocker.builder().images(spellings).start()) {
                notes.add(docker.diagnostics().images());
                assertThat(LayeredImage.names(docker.client())).containsExactly(latest);
            }
        }
        assertThat(notes).allMatch(notes.get(0)::equals);
        assertThat(notes.get(0)).singleElement().asString().startsWith(latest + ": linked to the seed");
    }

    @ParameterizedTest
    @EnumSource
    void anImageOfAHundredLayersIsLinked(InnerStore store) {
        String image = images.ofLayers(100);

        try (NestedDocker docker = store.daemon().images(image).start()) {
            assertThat(docker.diagnostics().images().get(0))
                    .contains(store.isLinked() ? "filled by hard links" : "filled by save and load");
            String container = docker.client()
                    .createContainerCmd(image)
                    .withCmd("none")
                    .exec()
                    .getId();
            for (int layer : new int[] {1, 57, 100}) {
                assertThat(docker.client()
                                .copyArchiveFromContainerCmd(container, "/layer-" + layer)
                                .exec())
                        .satisfies(archive -> assertThat(new String(archive.readAllBytes(), StandardCharsets.UTF_8))
                                .contains(image + " " + layer));
            }
            assertThat(docker.client().inspectImageCmd(image).exec().getId())
                    .isEqualTo(InnerStore.idInside(docker, image));
        }
    }

    @Test
    void anImageThatIsNamedByItsIdentityIsInside() {
        String id = images.id(images.build());

        try (NestedDocker docker = InnerStore.OVERLAY2.daemon().images(id).start()) {
            String idInside = InnerStore.OVERLAY2.isLinked()
                    ? id
                    : docker.client().listImagesCmd().exec().get(0).getId();
            InspectImageResponse inside =
                    docker.client().inspectImageCmd(idInside).exec();

            assertThat(docker.diagnostics().images().get(0))
                    .startsWith(id)
                    .endsWith(idInside.equals(id) ? "layers" : "; the name inside is " + idInside);
            assertThat(inside.getId()).isEqualTo(idInside);
            assertThat(inside.getRepoTags()).isNullOrEmpty();
        }
    }

    @Test
    void theOuterImageMayGoOnceTheSeedIsThere() {
        String image = images.build("RUN echo inside >/mark");
        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            SeedImages.remove(image);

            assertThat(InnerContainers.output(docker.client(), request -> request.withImage(image), "cat", "/mark"))
                    .isEqualTo("inside");
        }
    }

    @Test
    void aNamedVolumeGetsItsOwnCopy() {
        String image = images.build();
        String volume = "nested-docker-test-seed-" + OuterTestEngine.thisJvm();
        try (NestedDocker docker = NestedDocker.builder()
                .dataRoot(DataRoot.volume(volume))
                .images(image)
                .start()) {
            assertThat(docker.client().inspectImageCmd(image).exec().getId())
                    .isEqualTo(InnerStore.idInside(docker, image));
            assertThat(docker.diagnostics().images())
                    .containsExactly(
                            image + ": streamed, because the data root is a named volume, which may outlive the seed");
        } finally {
            OuterTestEngine.removeVolume(volume);
        }
    }

    @Test
    void anImageThatIsNowhereIsAClearError() {
        Throwable failure = catchThrowable(() -> NestedDocker.builder()
                .images(ImageSource.outer("nested-docker-test:there-is-none"))
                .start());

        assertThat(failure).isInstanceOf(ImageTransferException.class);
        ErrorSentence.of(failure)
                .tried("find the image nested-docker-test:there-is-none")
                .on("the outer engine")
                .because("that engine does not have it")
                .cure("docker images");
    }
}
