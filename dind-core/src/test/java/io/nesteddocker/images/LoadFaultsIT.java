package io.nesteddocker.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.DataRoot;
import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.ProgressListener;
import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OciLayout;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.UnusualImages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests failures while an image is loaded, with each image store, and that loading needs little memory. */
@ParameterizedClass
@EnumSource
@ExtendWith(LeakCheck.class)
@Timeout(120)
class LoadFaultsIT {

    private static final int MEGABYTE = 1 << 20;

    /** The time limit of a load. A containerd store writes an image twice, compressed and unpacked. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static LayeredImage image;

    @Parameter
    private InnerStore store;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeImage() {
        image = LayeredImage.of("faults", TinyImage.NAME, 60 * MEGABYTE);
    }

    @AfterAll
    static void removeImage() {
        image.close();
    }

    @Test
    void aDaemonThatDiesDuringALoadSaysSo() {
        try (NestedDocker docker = store.daemon().start()) {
            AtomicBoolean killed = new AtomicBoolean();
            ProgressListener killer = progress -> {
                if (progress.doneBytes() > 5 * MEGABYTE && !killed.getAndSet(true)) {
                    OuterTestEngine.client().killContainerCmd(docker.name()).exec();
                }
            };
            assertThatThrownBy(() -> docker.load(killer, ImageSource.of(image.name())))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("load the image " + image.name())
                            .on(docker.name())
                            .because(" but the daemon container has ended: ")
                            .cure("Start another"));
        }
    }

    @Test
    void aCloseDuringALoadIsTheReasonOfItsFailure() {
        try (NestedDocker docker = store.daemon().start()) {
            ProgressListener closer = progress -> {
                if (progress.doneBytes() > 5 * MEGABYTE) {
                    docker.close();
                }
            };
            assertThatTheCloseIsTheReason(docker, () -> docker.load(closer, ImageSource.of(image.name())));
        }
    }

    @Test
    void ofSeveralDaemonsTheOneThatWasClosedIsNamed() {
        try (NestedDocker closed = store.daemon().start();
                NestedDocker other = store.daemon()
                        .progress(progress -> {
                            if (progress.doneBytes() > 5 * MEGABYTE) {
                                closed.close();
                            }
                        })
                        .start()) {
            assertThatTheCloseIsTheReason(
                    closed, () -> NestedDocker.loadInto(List.of(other, closed), ImageSource.of(image.name())));
            assertThat(idInside(other, image)).isNotEmpty();
        }
    }

    @Test
    void ifTheFirstDaemonIsClosedTheOthersGetTheImage() {
        AtomicReference<NestedDocker> closed = new AtomicReference<>();
        try (NestedDocker first = store.daemon()
                        .progress(progress -> {
                            if (progress.doneBytes() > 5 * MEGABYTE) {
                                closed.get().close();
                            }
                        })
                        .start();
                NestedDocker other = store.daemon().start()) {
            closed.set(first);
            assertThatTheCloseIsTheReason(
                    first, () -> NestedDocker.loadInto(List.of(first, other), ImageSource.of(image.name())));
            assertThat(idInside(other, image)).isNotEmpty();
        }
    }

    @Test
    void theDeathOfAnOpenDaemonIsNotTakenForTheCloseOfAnother() {
        AtomicReference<NestedDocker> dying = new AtomicReference<>();
        AtomicBoolean killed = new AtomicBoolean();
        try (NestedDocker closed = store.daemon().start();
                NestedDocker other = store.daemon()
                        .progress(progress -> {
                            if (dying.get() != null && progress.doneBytes() > 5 * MEGABYTE && !killed.getAndSet(true)) {
                                OuterTestEngine.client()
                                        .killContainerCmd(dying.get().name())
                                        .exec();
                                closed.close();
                            }
                        })
                        .start()) {
            dying.set(other);
            assertThatThrownBy(() -> NestedDocker.loadInto(List.of(other, closed), ImageSource.of(image.name())))
                    .isInstanceOf(ImageTransferException.class)
                    .hasMessageContainingAll(other.name(), "the daemon container has ended");
            assertThat(killed).isTrue();
        }
    }

    private static void assertThatTheCloseIsTheReason(NestedDocker closed, ThrowingCallable load) {
        assertThatThrownBy(load)
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("load images")
                        .on(closed.name())
                        .because("this program closed it meanwhile")
                        .cure("close it after the last call"))
                .satisfies(e -> assertThat(Throwables.getStackTrace(e))
                        .doesNotContain("somebody stopped", "the daemon container has ended"));
    }

    @Test
    void anOuterImageThatIsRemovedMidwayIsInsideAsAWholeOrAnError() {
        try (NestedDocker docker = store.daemon().start();
                LayeredImage gone = LayeredImage.of("gone", TinyImage.NAME, 60 * MEGABYTE)) {
            AtomicBoolean removed = new AtomicBoolean();
            ProgressListener remover = progress -> {
                if (progress.doneBytes() > 5 * MEGABYTE && !removed.getAndSet(true)) {
                    OuterTestEngine.client()
                            .removeImageCmd(gone.name())
                            .withForce(true)
                            .exec();
                }
            };
            try {
                assertThat(docker.load(remover, ImageSource.of(gone.name()))).containsExactly(idInside(docker, gone));
            } catch (ImageTransferException e) {
                ErrorSentence.of(e)
                        .tried("read the image")
                        .on(gone.name())
                        .because("No such image")
                        .cure("try again");
                assertThat(LayeredImage.names(docker.client())).doesNotContain(gone.name());
            }
            assertThat(removed).isTrue();
        }
    }

    @Test
    void anArchiveWhoseLayerIsNotWhatItsDigestSaysIsRefused() throws IOException {
        Path archive = folder.resolve("image.tar");
        save(TinyImage.NAME, archive);
        spoilTheMiddle(archive);
        assertThatItIsRefused(archive, "its file [^ ]*");
    }

    @Test
    void aCompressedArchiveWhoseLayerIsNotWhatItsDigestSaysIsRefused() throws IOException {
        Path plain = folder.resolve("image.tar");
        save(TinyImage.NAME, plain);
        spoilTheMiddle(plain);
        Path archive = folder.resolve("image.tar.gz");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(archive))) {
            Files.copy(plain, packed);
        }
        assertThatItIsRefused(archive, "its file [^ ]*");
    }

    @Test
    void anOciLayoutWhoseLayerIsNotWhatItsDigestSaysIsRefused() throws IOException {
        Path archive = folder.resolve("layout.tar");
        OciLayout.write(TinyImage.NAME, archive);
        spoilTheMiddle(archive);
        assertThatItIsRefused(archive, "its file blobs/sha256/[0-9a-f]{64}");
    }

    @Test
    void anOciLayoutWhoseConfigurationIsNotWhatItsDigestSaysIsRefused() throws IOException {
        Path archive = folder.resolve("layout.tar");
        OciLayout.write(TinyImage.NAME, archive);
        spoil(archive, "\"architecture\"", "\"Architecture\"");
        assertThatItIsRefused(archive, "its file blobs/sha256/[0-9a-f]{64}");
    }

    @Test
    void anArchiveWhoseConfigurationIsNotWhatItsNameSaysIsRefused() throws IOException {
        Path archive = folder.resolve("image.tar");
        save(TinyImage.NAME, archive);
        spoil(archive, "\"rootfs\":{", "\"rootfS\":{");
        assertThatItIsRefused(archive, "its file [^ ]*");
    }

    private void assertThatItIsRefused(Path archive, String file) {
        try (NestedDocker docker = store.daemon().start()) {
            assertThatThrownBy(() -> docker.load(ImageSource.archive(archive)))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("read the image archive")
                            .on(archive.toString())
                            .because("has the digest sha256:")
                            .cure("write it again"))
                    .message()
                    .containsPattern(file + " has the digest sha256:[0-9a-f]{64} and should have sha256:[0-9a-f]{64};");
            assertThat(LayeredImage.names(docker.client())).isEmpty();
            assertThat(docker.client().infoCmd().exec().getImages()).isZero();
        }
    }

    @Test
    void aFullDataRootIsAnErrorInTheDaemonsWords() {
        try (NestedDocker small =
                store.daemon().dataRoot(DataRoot.memory("72m")).start()) {
            for (int attempt = 1; attempt <= 2; attempt++) {
                assertThatThrownBy(() -> small.load(image.name()))
                        .isInstanceOf(ImageTransferException.class)
                        .satisfies(e -> ErrorSentence.of(e)
                                .tried("load the image " + image.name())
                                .on(small.name())
                                .because("no space left on device")
                                .cure("dataRoot(..)"));
                assertThat(LayeredImage.names(small.client())).doesNotContain(image.name());
            }
        }
    }

    @Test
    void aDataRootThatIsFullBeforeTheImageIsReadIsAnErrorInTheDaemonsWords() {
        try (NestedDocker small =
                store.daemon().dataRoot(DataRoot.memory("36m")).start()) {
            assertThatThrownBy(() -> small.load(image.name()))
                    .isInstanceOf(ImageTransferException.class)
                    .hasMessageContaining("no space left on device");
            assertThat(LayeredImage.names(small.client())).doesNotContain(image.name());
        }
    }

    @Test
    void anInterruptEndsALoad() throws InterruptedException {
        try (NestedDocker docker = store.daemon().start()) {
            List<Throwable> thrown = new CopyOnWriteArrayList<>();
            AtomicBoolean interrupted = new AtomicBoolean();
            Thread[] loader = new Thread[1];
            ProgressListener interrupter = progress -> {
                if (progress.doneBytes() > 5 * MEGABYTE && !interrupted.getAndSet(true)) {
                    loader[0].interrupt();
                }
            };
            loader[0] = new Thread(() -> {
                try {
                    docker.load(interrupter, ImageSource.of(image.name()));
                } catch (RuntimeException e) {
                    thrown.add(e);
                }
            });
            loader[0].start();
            loader[0].join();
            assertThat(thrown)
                    .singleElement()
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("load images")
                            .on(docker.name())
                            .because("interrupted")
                            .cure("try again"));
            assertThat(docker.client().infoCmd().exec().getImages()).isZero();
        }
    }

    @Test
    void aListenerThatThrowsEndsALoadAndIsNamed() {
        try (NestedDocker docker = store.daemon().start()) {
            ProgressListener throwing = progress -> {
                if (progress.doneBytes() > 5 * MEGABYTE) {
                    throw new IllegalStateException("boom");
                }
            };
            assertThatThrownBy(() -> docker.load(throwing, ImageSource.of(image.name())))
                    .isInstanceOf(NestedDockerException.class)
                    .satisfies(LoadFaultsIT::assertThatTheListenerIsNamed);
            assertThat(docker.client().infoCmd().exec().getImages()).isZero();
            assertThat(docker.load(ImageSource.of(image.name()))).containsExactly(idInside(docker, image));
        }
    }

    @Test
    void aListenerThatThrowsEndsAStartAndIsNamed() throws IOException {
        Path archive = folder.resolve("tiny.tar");
        save(TinyImage.NAME, archive);
        assertThatThrownBy(() -> store.daemon()
                        .images(ImageSource.archive(archive))
                        .progress(progress -> {
                            throw new IllegalStateException("boom");
                        })
                        .start())
                .isInstanceOf(NestedDockerException.class)
                .satisfies(LoadFaultsIT::assertThatTheListenerIsNamed);
    }

    private static void assertThatTheListenerIsNamed(Throwable failure) {
        ErrorSentence.of(failure)
                .tried("report")
                .on("to the progress listener " + LoadFaultsIT.class.getName())
                .because("it threw java.lang.IllegalStateException: boom")
                .cure("Fix the listener");
    }

    /** Loads an archive, and an image of the outer engine, each larger than the heap of this JVM. */
    static final class SmallProgram {

        private SmallProgram() {}

        public static void main(String[] args) {
            // In memory, because this test is not about the disk of the daemon.
            try (NestedDocker docker = InnerStore.valueOf(args[2])
                    .daemon()
                    .dataRoot(DataRoot.memory("3g"))
                    .start()) {
                System.out.println("ARCHIVE " + load(docker, ImageSource.archive(Path.of(args[0]))) + " MB");
                System.out.println("OUTER " + load(docker, ImageSource.outer(args[1])) + " MB");
            }
        }

        private static long load(NestedDocker docker, ImageSource source) {
            List<Progress> reports = new CopyOnWriteArrayList<>();
            docker.load(reports::add, source);
            return reports.get(reports.size() - 1).doneBytes() / MEGABYTE;
        }
    }

    @Test
    @Timeout(300)
    void aHundredAndSixtyMegabytesPassThroughAHeapOfFortyEight() {
        Path large = folder.resolve("zeros.tar.gz");
        UnusualImages.zeros(160, large);
        try (ChildJvm child = ChildJvm.start(
                Map.of("JAVA_TOOL_OPTIONS", "-Xmx48m"),
                SmallProgram.class,
                large.toString(),
                image.name(),
                store.name())) {
            assertThat(child.await("ARCHIVE", PATIENCE)).startsWith("16");
            assertThat(child.await("OUTER", PATIENCE)).startsWith("6");
            assertThat(child.awaitEnd()).isZero();
        }
    }

    @Test
    void aFileThatIsNoArchiveIsRefusedBeforeAnythingIsSent() throws IOException {
        Path file = Files.writeString(folder.resolve("text.tar"), "no archive at all ".repeat(100));
        try (NestedDocker docker = store.daemon().start()) {
            assertThatThrownBy(() -> docker.load(ImageSource.archive(file)))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("read the image archive")
                            .on(file.toString())
                            .because("can't be used")
                            .cure("docker save"));
        }
    }

    /** Returns the ID of the image inside, which differs by store. */
    private static String idInside(NestedDocker docker, LayeredImage image) {
        return docker.client().inspectImageCmd(image.name()).exec().getId();
    }

    private static void save(String image, Path archive) throws IOException {
        try (InputStream saved = OuterTestEngine.client().saveImageCmd(image).exec()) {
            Files.copy(saved, archive);
        }
    }

    private static void spoilTheMiddle(Path archive) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(archive.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2);
            bytes.write("flipped".getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Replaces all occurrences of a text by another text of the same length. */
    private static void spoil(Path archive, String text, String other) throws IOException {
        String bytes = Files.readString(archive, StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains(text);
        Files.writeString(archive, bytes.replace(text, other), StandardCharsets.ISO_8859_1);
    }
}
