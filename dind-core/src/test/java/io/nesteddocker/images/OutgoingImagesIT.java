package io.nesteddocker.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.UnusualImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests copies of inner images to files and to the outer engine. */
@ExtendWith(LeakCheck.class)
class OutgoingImagesIT {

    private static final int BASE_BYTES = 30 << 20;
    private static final List<Progress> REPORTS = new CopyOnWriteArrayList<>();

    private static NestedDocker docker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().progress(REPORTS::add).start();
        docker.load(TinyImage.NAME);
    }

    @AfterAll
    static void end() {
        docker.close();
    }

    @Test
    void aSavedImageIsAnArchiveThatAnotherDaemonLoads() {
        String built = commit(docker, "saved");
        Path file = folder.resolve("built.tar");
        docker.save(List.of(built, TinyImage.NAME), file);
        try (NestedDocker other = NestedDocker.builder().start()) {
            List<String> ids = other.load(ImageSource.archive(file));
            assertThat(ids).hasSize(2).contains(innerId(docker, built));
            assertThat(LayeredImage.names(other.client())).containsExactlyInAnyOrder(built, TinyImage.NAME);
            assertThat(InnerContainers.output(other.client(), "echo", "it runs"))
                    .isEqualTo("it runs");
        }
        assertThat(REPORTS).extracting(Progress::status).contains("saving", "saved");
    }

    @Test
    void aFileIsReplacedAsAWholeOrNotAtAll() throws IOException {
        Path file = folder.resolve("kept.tar");
        Files.writeString(file, "what was there");
        assertThatThrownBy(() -> docker.save("none:1", file))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("find the image")
                        .on("none:1")
                        .because("does not have it")
                        .cure("list its images"));
        assertThat(file).hasContent("what was there");
        docker.save(TinyImage.NAME, file);
        assertThat(Files.size(file)).isGreaterThan(1_000_000);
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void aFolderThatIsMissingIsAnError() {
        Path file = folder.resolve("missing/image.tar");
        assertThatThrownBy(() -> docker.save(TinyImage.NAME, file))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("save the image " + TinyImage.NAME)
                        .on(docker.name())
                        .because(file.getParent().toString())
                        .cure("folder that exists"));
    }

    @Test
    void aPipeIsRefusedAndStaysOne() {
        Path pipe = folder.resolve("pipe");
        assertThat(Command.run("mkfifo", pipe.toString()).exitCode()).isZero();
        for (Path place : List.of(pipe, folder)) {
            assertThatThrownBy(() -> docker.save(TinyImage.NAME, place))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("save the image " + TinyImage.NAME)
                            .on(place.toString())
                            .because("neither a file nor a link")
                            .cure("Name a file"));
        }
        assertThat(Files.isRegularFile(pipe)).isFalse();
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(pipe));
    }

    @Test
    void aLinkToAFileIsFollowed() throws IOException {
        Path file = Files.createFile(folder.resolve("file.tar"));
        Path link = Files.createSymbolicLink(folder.resolve("link.tar"), file);
        docker.save(TinyImage.NAME, link);
        assertThat(link).isSymbolicLink();
        assertThat(Files.size(file)).isGreaterThan(1_000_000);
    }

    @Test
    void atLeastOneImageHasToBeNamed() {
        Path file = folder.resolve("nothing.tar");
        assertThatThrownBy(() -> docker.save(List.of(), file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name at least one");
        assertThatThrownBy(docker::copyToOuter)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name at least one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Not:A:Reference"})
    void aTextThatIsNoReferenceIsRefused(String reference) {
        Path file = folder.resolve("nothing.tar");
        assertThatThrownBy(() -> docker.save(reference, file)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> docker.copyToOuter(reference)).isInstanceOf(IllegalArgumentException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void whatWasBuiltInsideComesToTheOuterEngineByItsNewLayersOnly() {
        LayeredImage base = LayeredImage.of("way-back", TinyImage.NAME, BASE_BYTES);
        docker.load(base.name());
        String built = commit(docker, base.name(), "copied");
        try (base) {
            REPORTS.clear();
            assertThat(docker.copyToOuter(built))
                    .containsExactly(OuterTestEngine.client()
                            .inspectImageCmd(built)
                            .exec()
                            .getId());
            assertThat(innerId(docker, built)).isEqualTo(InnerStore.idInside(docker, built));
            assertThat(REPORTS.get(REPORTS.size() - 1).doneBytes()).isBetween(1L, 1_000_000L);
            REPORTS.clear();
            docker.copyToOuter(built);
            assertThat(REPORTS).extracting(Progress::status).containsExactly("already there");
        } finally {
            UnusualImages.remove(built);
        }
    }

    @Test
    void aDaemonInADaemonGivesItsImagesToTheOneAroundIt() {
        String daemonImage =
                OuterTestEngine.inspect(docker.name()).orElseThrow().getConfig().getImage();
        try (NestedDocker around = NestedDocker.builder()
                        .images(daemonImage, TinyImage.NAME)
                        .start();
                NestedDocker inside = NestedDocker.builder()
                        .outer(around.client())
                        .image(daemonImage)
                        .start()) {
            inside.load(ImageSource.outer(TinyImage.NAME));
            String built = commit(inside, "deep");
            inside.copyToOuter(built);
            assertThat(innerId(around, built)).isEqualTo(innerId(inside, built));
        }
    }

    /** Creates an inner image that has one file more than the tiny image. */
    private static String commit(NestedDocker docker, String tag) {
        return commit(docker, TinyImage.NAME, tag);
    }

    private static String commit(NestedDocker docker, String base, String tag) {
        String name =
                "nested-docker-test-back:" + tag + "-" + ProcessHandle.current().pid();
        String id = InnerContainers.start(
                docker.client(), request -> request.withImage(base), "sh", "-c", "echo " + tag + " > /made");
        docker.client().waitContainerCmd(id).start().awaitStatusCode();
        docker.client()
                .commitCmd(id)
                .withRepository(name.split(":")[0])
                .withTag(name.split(":")[1])
                .exec();
        docker.client().removeContainerCmd(id).exec();
        return name;
    }

    private static String innerId(NestedDocker docker, String name) {
        return docker.client().inspectImageCmd(name).exec().getId();
    }
}
