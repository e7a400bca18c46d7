package io.nesteddocker.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ImageSource;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OciLayout;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the loading of image archives. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class LoadArchiveIT {

    private static NestedDocker docker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().start();
    }

    @AfterAll
    static void close() {
        docker.close();
    }

    @BeforeEach
    void empty() {
        docker.client()
                .listImagesCmd()
                .exec()
                .forEach(image -> docker.client()
                        .removeImageCmd(image.getId())
                        .withForce(true)
                        .exec());
    }

    @Test
    void aCompressedArchiveIsInside() throws IOException {
        Path archive = folder.resolve("tiny.tar.gz");
        try (InputStream saved =
                        OuterTestEngine.client().saveImageCmd(TinyImage.NAME).exec();
                OutputStream packed = new GZIPOutputStream(Files.newOutputStream(archive))) {
            saved.transferTo(packed);
        }
        assertThatItComesInside(archive);
    }

    @Test
    void anOciLayoutIsInside() throws IOException {
        Path archive = folder.resolve("layout.tar");
        OciLayout.write(TinyImage.NAME, archive);
        assertThatItComesInside(archive);
    }

    @ParameterizedTest
    @EnumSource
    void anImageThatItsArchiveNamesByADigestHasThatNameOrATagThatStandsForIt(InnerStore store) throws IOException {
        String repository = "nested-docker-test-by-digest";
        Path archive = folder.resolve("layout.tar");
        List<String> digests = new ArrayList<>();
        OciLayout.write(TinyImage.NAME, archive, digest -> {
            digests.add(digest);
            return "docker.io/library/" + repository + "@" + digest;
        });
        String name = repository + "@" + digests.get(0);
        try (NestedDocker other =
                store.daemon().images(ImageSource.archive(archive)).start()) {
            String inside = store == InnerStore.CONTAINERD ? name : name.replace("@sha256:", ":sha256-");
            assertThat(other.diagnostics().images())
                    .containsExactly(name + ": streamed, because it comes from an archive"
                            + (inside.equals(name) ? "" : "; the name inside is " + inside));
            assertThat(InnerContainers.output(other.client(), request -> request.withImage(inside), "echo", "it runs"))
                    .isEqualTo("it runs");
        }
    }

    /** Asserts that the image has its name and its expected ID inside, and that it runs. */
    private static void assertThatItComesInside(Path archive) {
        List<String> ids = docker.load(ImageSource.archive(archive));
        assertThat(ids).containsExactly(InnerStore.idInside(docker, TinyImage.NAME));
        assertThat(LayeredImage.names(docker.client())).containsExactly(TinyImage.NAME);
        assertThat(InnerContainers.output(docker.client(), "echo", "it runs")).isEqualTo("it runs");
    }
}
