package io.nesteddocker.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.ImageSource;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.testing.DockerCommand;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.TinyImage;
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
import org.junit.jupiter.params.provider.EnumSource;

/** Tests images from an outer engine with the containerd image store; this engine is itself a nested daemon. */
@ExtendWith(LeakCheck.class)
class ContainerdOuterIT {

    private static final int BASE_BYTES = 30 << 20;
    private static final int SMALL_BYTES = 1 << 20;
    private static final String IMAGE = "team/app:1";

    @TempDir
    private static Path folder;

    private static NestedDocker outer;

    @BeforeAll
    static void startAndBuild() throws IOException {
        outer = InnerStore.CONTAINERD.daemon().start();
        outer.load(ImageSource.outer(InnerStore.OFFICIAL_IMAGE), ImageSource.outer(TinyImage.NAME));
        Files.writeString(
                folder.resolve("Dockerfile"),
                "FROM " + TinyImage.NAME + "\nRUN mkdir /folder && echo low >/folder/low && echo x >/gone\n"
                        + "RUN rm -rf /folder /gone && mkdir /folder && echo high >/folder/high\n");
        run(outer, "build", "--tag", IMAGE, folder.toString());
    }

    @AfterAll
    static void close() {
        outer.close();
    }

    @Test
    void itsBlobsAndSnapshotsAreLinked(@TempDir Path archives) {
        String id = run(outer, "inspect", "--format", "{{.Id}}", IMAGE);
        for (int start = 1; start <= 2; start++) {
            try (NestedDocker docker = start(InnerStore.CONTAINERD, IMAGE, TinyImage.NAME)) {
                assertThat(docker.diagnostics().images())
                        .hasSize(2)
                        .allMatch(note -> note.endsWith("filled by hard links from the outer engine's layers"));
                assertThat(run(docker, "inspect", "--format", "{{.Id}}", IMAGE)).isEqualTo(id);
                assertThat(run(docker, "run", "--rm", IMAGE, "find", "/folder")).isEqualTo("/folder\n/folder/high");
                Path archive = archives.resolve(start + ".tar");
                docker.save(IMAGE, archive);
                run(docker, "rmi", IMAGE);
                docker.load(ImageSource.archive(archive));
                assertThat(run(docker, "inspect", "--format", "{{.Id}}", IMAGE)).isEqualTo(id);
                run(docker, "system", "prune", "--all", "--force");
                assertThat(run(docker, "images", "--all", "--quiet")).isEmpty();
            }
        }
        assertThat(run(outer, "run", "--rm", IMAGE, "find", "/folder")).isEqualTo("/folder\n/folder/high");
    }

    @Test
    void anImageHasTheNameThatItWasAskedForBy() {
        String id = run(outer, "inspect", "--format", "{{.Id}}", IMAGE);
        String digest = IMAGE.substring(0, IMAGE.indexOf(':')) + "@" + id;
        for (String name : new String[] {id, digest}) {
            try (NestedDocker docker = start(InnerStore.CONTAINERD, name)) {
                assertThat(docker.diagnostics().images())
                        .singleElement()
                        .asString()
                        .endsWith("filled by hard links from the outer engine's layers");
                assertThat(run(docker, "run", "--rm", name, "cat", "/folder/high"))
                        .isEqualTo("high");
            }
        }
    }

    @Test
    void anImageThatIsNamedByItsDigestIsFoundInTheSeedOfAClassicStore() {
        String id = run(outer, "inspect", "--format", "{{.Id}}", IMAGE);
        String digest = IMAGE.substring(0, IMAGE.indexOf(':')) + "@" + id;
        try (NestedDocker docker = start(InnerStore.OVERLAY2, digest)) {
            String tag = IMAGE.substring(0, IMAGE.indexOf(':')) + ":" + id.replace(':', '-');
            assertThat(docker.diagnostics().images())
                    .singleElement()
                    .asString()
                    .contains("linked to the seed")
                    .endsWith("; the name inside is " + tag);
            assertThat(run(docker, "run", "--rm", tag, "cat", "/folder/high")).isEqualTo("high");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImageIsInsideWhicheverStoreTheInnerEngineHas(InnerStore store) {
        try (NestedDocker docker = start(store, IMAGE)) {
            assertThat(docker.diagnostics().images().get(0))
                    .contains(
                            store == InnerStore.CONTAINERD
                                    ? "filled by hard links"
                                    : "because the outer engine has the containerd image store, and the inner engine the classic"
                                            + " one");
            assertThat(run(docker, "run", "--rm", IMAGE, "find", "/folder")).isEqualTo("/folder\n/folder/high");
        }
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheBlobsThatAreMissingAreSent(InnerStore store) throws IOException {
        String base = build("base", TinyImage.NAME, BASE_BYTES);
        String top = build("top", base, SMALL_BYTES);
        List<Progress> reports = new CopyOnWriteArrayList<>();
        try (NestedDocker docker = start(store, base)) {
            List<String> ids = docker.load(reports::add, ImageSource.outer(top));
            assertThat(reports.get(reports.size() - 1).doneBytes()).isBetween((long) SMALL_BYTES, 2L * SMALL_BYTES);
            assertThat(ids).containsExactly(run(docker, "inspect", "--format", "{{.Id}}", top));
            if (store == InnerStore.CONTAINERD) {
                assertThat(ids).containsExactly(run(outer, "inspect", "--format", "{{.Id}}", top));
            }
            assertThat(run(docker, "run", "--rm", top, "cat", "/base.sum", "/top.sum"))
                    .isEqualTo(run(outer, "run", "--rm", top, "cat", "/base.sum", "/top.sum"));
            run(docker, "run", "--rm", top, "md5sum", "-c", "/base.sum", "/top.sum");
            run(docker, "save", "--output", folder.resolve(store + ".tar").toString(), top);
        }
    }

    /** Builds an image with one more layer: a random file of a given size, and its MD5 sum. */
    private static String build(String name, String base, int bytes) throws IOException {
        Path context = Files.createDirectories(folder.resolve(name));
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM " + base + "\nRUN head -c " + bytes + " /dev/urandom >/" + name + " && md5sum /" + name + " >/"
                        + name + ".sum\n");
        run(outer, "build", "--tag", "team/" + name + ":1", context.toString());
        return "team/" + name + ":1";
    }

    private static NestedDocker start(InnerStore store, String... images) {
        return store.daemon()
                .image(InnerStore.OFFICIAL_IMAGE)
                .outer(outer.client())
                .images(images)
                .start();
    }

    private static String run(NestedDocker docker, String... arguments) {
        return DockerCommand.run(docker.endpoint(), arguments);
    }
}
