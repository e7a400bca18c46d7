package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.UnusualImages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceImagesIT {

    private static final String MISSING = "nested-docker-test.invalid/none:1";

    private static OuterEngine outer;

    @TempDir
    private Path folder;

    @BeforeAll
    static void connect() {
        outer = OuterEngine.connect(Options.defaults(), new Cancellation());
    }

    @AfterAll
    static void disconnect() {
        outer.close();
    }

    @Test
    void aNameIsWhatTheOuterEngineSaysOfIt() throws InterruptedException {
        SourceImage image = resolve(ImageSource.of(TinyImage.NAME)).get(0);
        assertThat(image.tags()).containsExactly(TinyImage.NAME);
        assertThat(image.id()).isEqualTo(tinyId());
        assertThat(image.layers()).isNotEmpty();
        assertThat(image.content().chainIds()).hasSameSizeAs(image.layers());
        assertThat(image.content().sizeInBytes()).isPositive();
    }

    @Test
    void theSameImageUnderTwoNamesComesOnceWithBoth() throws InterruptedException {
        String other =
                "nested-docker-test-odd:second-name-" + ProcessHandle.current().pid();
        OuterTestEngine.client()
                .tagImageCmd(TinyImage.NAME, other.split(":")[0], other.split(":")[1])
                .exec();
        try {
            assertThat(resolve(ImageSource.of(TinyImage.NAME), ImageSource.outer(other), ImageSource.of(tinyId())))
                    .singleElement()
                    .extracting(SourceImage::tags)
                    .isEqualTo(List.of(TinyImage.NAME, other));
        } finally {
            UnusualImages.remove(other);
        }
    }

    @Test
    void theSameNameInSeveralSpellingsIsOneName() throws InterruptedException {
        assertThat(resolve(
                        ImageSource.of("docker.io/library/" + TinyImage.NAME),
                        ImageSource.of(TinyImage.NAME),
                        ImageSource.outer("library/" + TinyImage.NAME),
                        ImageSource.of(TinyImage.NAME)))
                .singleElement()
                .extracting(SourceImage::tags)
                .isEqualTo(List.of(TinyImage.NAME));
    }

    @Test
    void anIdHasNoName() throws InterruptedException {
        for (String id : List.of(tinyId(), tinyId().substring(7), tinyId().substring(7, 19))) {
            assertThat(resolve(ImageSource.of(id)).get(0).tags()).as(id).isEmpty();
        }
    }

    @Test
    void outerDoesNotPull() {
        assertThatThrownBy(() -> resolve(ImageSource.outer(MISSING)))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("find the image")
                        .on(MISSING)
                        .because("does not have it")
                        .cure("docker images"));
    }

    @Test
    void aPullThatFailsSaysWhy() {
        for (ImageSource source : List.of(ImageSource.of(MISSING), ImageSource.registry(MISSING))) {
            assertThatThrownBy(() -> resolve(source))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("pull the image")
                            .on(MISSING)
                            .because("nested-docker-test.invalid")
                            .cure("Check the name"));
        }
    }

    @Test
    void aReferenceThatNoEngineAcceptsIsRefusedInTheEnginesWords() {
        assertThatThrownBy(() -> resolve(ImageSource.of("Not:A:Reference")))
                .isInstanceOf(ImageTransferException.class)
                .hasMessageContaining("invalid reference format");
    }

    @Test
    void anImageForOtherProcessorsIsRefused() {
        String name = UnusualImages.empty("s390x");
        try {
            assertThatThrownBy(() -> resolve(ImageSource.of(name)))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("find the image")
                            .on(name)
                            .because("is for linux/s390x")
                            .cure("--platform"));
        } finally {
            UnusualImages.remove(name);
        }
    }

    @Test
    void anArchiveSaysWhatIsInIt() throws Exception {
        Path plain = saved();
        Path compressed = folder.resolve("tiny.tar.gz");
        try (GZIPOutputStream gzip = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(plain, gzip);
        }
        SourceImage outside = resolve(ImageSource.of(TinyImage.NAME)).get(0);
        for (Path path : List.of(plain, compressed)) {
            SourceImage inside = resolve(ImageSource.archive(path)).get(0);
            if (InnerStore.isClassic(OuterTestEngine.client())) {
                assertThat(inside.id()).isEqualTo(outside.id());
            }
            assertThat(inside.tags()).isEqualTo(outside.tags());
            assertThat(inside.layers()).isEqualTo(outside.layers());
            assertThat(inside.content().fingerprint())
                    .isEqualTo(outside.content().fingerprint());
        }
    }

    @Test
    void aBrokenArchiveIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(saved());
        Path cut = folder.resolve("cut.tar");
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        Path noise = folder.resolve("noise.tar");
        Files.write(noise, "This is not an archive".repeat(1000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        for (Path path : List.of(cut, noise)) {
            assertThatThrownBy(() -> resolve(ImageSource.archive(path)))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("read the image archive")
                            .on(path.toString())
                            .because("can't be used")
                            .cure("docker save"));
        }
    }

    private Path saved() throws IOException {
        Path path = folder.resolve("tiny.tar");
        try (InputStream archive =
                OuterTestEngine.client().saveImageCmd(TinyImage.NAME).exec()) {
            Files.copy(archive, path);
        }
        return path;
    }

    private static String tinyId() {
        return OuterTestEngine.client().inspectImageCmd(TinyImage.NAME).exec().getId();
    }

    private static List<SourceImage> resolve(ImageSource... sources) throws InterruptedException {
        return SourceImages.resolve(outer, List.of(sources), progress -> {}, new Cancellation());
    }
}
