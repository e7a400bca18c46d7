package io.nesteddocker.seeds;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.CappedProgram;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.SeedImages;
import io.nesteddocker.testing.TarBall;
import java.nio.file.Path;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests that an image with linked layers works like any other image, and that its use never changes the seed. */
@ExtendWith(LeakCheck.class)
class LinkedImagesIT {

    private static final SeedImages IMAGES = new SeedImages();

    /** An image with a whiteout and an opaque folder. */
    private static String image;

    private static String seed;
    private static String checksum;

    private NestedDocker docker;

    @BeforeAll
    static void makeImage() {
        image = IMAGES.buildWith(
                "capped.tar",
                CappedProgram.archive(),
                "RUN mkdir -p /folder/deep && echo low >/folder/low && echo low >/folder/deep/low && echo x >/gone",
                "RUN rm -rf /folder /gone && mkdir /folder && echo high >/folder/high",
                "RUN mkdir /links && echo one >/links/a && ln /links/a /links/b",
                "ADD capped.tar /");
        NestedDocker.builder().images(image).start().close();
        seed = SeedImages.seedsWith(image).get(0);
        checksum = SeedImages.checksum(seed);
    }

    @AfterAll
    static void removeImage() {
        IMAGES.close();
    }

    @BeforeEach
    void start() {
        docker = NestedDocker.builder().images(image).start();
    }

    @AfterEach
    void closeAndCompareTheSeed() {
        docker.close();
        assertThat(SeedImages.checksum(seed)).isEqualTo(checksum);
    }

    @Test
    void whatAnUpperLayerRemovedStaysRemoved() {
        assertThat(run("run", "--rm", image, "find", "/", "-maxdepth", "1", "-name", "gone"))
                .isEmpty();
        assertThat(run("run", "--rm", image, "find", "/folder")).isEqualTo("/folder\n/folder/high");
    }

    @Test
    void hardLinksOfALayerAreStillOneFile() {
        assertThat(run("run", "--rm", image, "sh", "-c", "[ /links/a -ef /links/b ] && cat /links/b"))
                .isEqualTo("one");
    }

    @Test
    void aProgramKeepsItsCapabilities() {
        assertThat(run("run", "--rm", "--user=1000", image, CappedProgram.PATH, "grep", "CapEff", "/proc/self/status"))
                .endsWith(CappedProgram.CAPABILITIES);
    }

    @Test
    void aContainerOfItCanBeChangedAndCommitted() {
        run("run", "--name", "changed", image, "sh", "-c", "echo changed >/folder/high; rm /bin/vi; echo new >/new");
        run("commit", "changed", "committed:1");

        assertThat(run("run", "--rm", "committed:1", "cat", "/folder/high", "/new"))
                .isEqualTo("changed\nnew");
        assertThat(run("run", "--rm", image, "cat", "/folder/high")).isEqualTo("high");
        assertThat(run("diff", "changed")).contains("D /bin/vi", "C /folder/high", "A /new");
    }

    @Test
    void anImageCanBeBuiltOnTopOfIt() {
        docker.client()
                .buildImageCmd(TarBall.of(
                        "Dockerfile",
                        "FROM " + image + "\nRUN rm -rf /folder && mkdir /folder && echo built >/folder/b\n"))
                .withTags(Set.of("built:1"))
                .exec(new BuildImageResultCallback())
                .awaitImageId();

        assertThat(run("run", "--rm", "built:1", "find", "/folder")).isEqualTo("/folder\n/folder/b");
        assertThat(run("history", "--quiet", "built:1").lines().count()).isGreaterThan(3);
    }

    @Test
    void itCanBeSavedAndLoadedAgain(@TempDir Path folder) {
        String archive = folder.resolve("image.tar").toString();
        String id = run("inspect", "--format", "{{.Id}}", image);
        run("save", "--output", archive, image);
        run("rmi", image);

        assertThat(run("load", "--input", archive)).contains("Loaded image: " + image);
        assertThat(run("run", "--rm", image, "find", "/folder")).isEqualTo("/folder\n/folder/high");
        assertThat(run("inspect", "--format", "{{.Id}}", image)).isEqualTo(id);
    }

    @Test
    void aContainerOfItCanBeExported(@TempDir Path folder) {
        run("create", "--name", "exported", image);
        String archive = folder.resolve("container.tar").toString();
        run("export", "--output", archive, "exported");

        assertThat(Command.run("tar", "--list", "--file", archive).output().lines())
                .contains("folder/high")
                .doesNotContain("folder/low", "gone");
    }

    @Test
    void itsSizeIsThatOfAnImageThatWasLoaded(@TempDir Path folder) {
        assertThat(run("system", "df", "--format", "{{.Type}} {{.TotalCount}}")).contains("Images 1");
        double linked = megabytes(run("images", "--format", "{{.Size}}", image));
        String archive = folder.resolve("image.tar").toString();
        run("save", "--output", archive, image);
        run("rmi", image);
        run("load", "--input", archive);

        // Folders can be larger on the file system of the outer engine.
        assertThat(megabytes(run("images", "--format", "{{.Size}}", image)))
                .isCloseTo(linked, Percentage.withPercentage(5));
    }

    private static double megabytes(String size) {
        assertThat(size).matches("[0-9.]+MB");
        return Double.parseDouble(size.substring(0, size.length() - 2));
    }

    @Test
    void itCanBeTaggedUntaggedAndRemoved() {
        run("tag", image, "other:1");
        run("rmi", image);
        assertThat(run("run", "--rm", "other:1", "cat", "/folder/high")).isEqualTo("high");

        assertThat(run("rmi", "other:1")).contains("Deleted: sha256:");
        assertThat(run("images", "--all", "--quiet")).isEmpty();
    }

    @Test
    void aPruneTakesItAway() {
        assertThat(run("system", "prune", "--all", "--force")).contains("Deleted Images:");
        assertThat(run("images", "--all", "--quiet")).isEmpty();
    }

    @Test
    void itIsStillThereAfterARestart() {
        run("create", "--name", "before", image, "cat", "/folder/high");

        docker.restart();

        assertThat(run("start", "--attach", "before")).isEqualTo("high");
        assertThat(run("run", "--rm", image, "find", "/folder")).isEqualTo("/folder\n/folder/high");
    }

    private String run(String... arguments) {
        return DockerCommand.run(docker.endpoint(), arguments);
    }
}
