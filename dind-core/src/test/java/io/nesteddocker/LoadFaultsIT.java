package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ProgressListener.Progress;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OddImages;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong on the way of an image into a daemon, and how little memory it takes. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class LoadFaultsIT {

    private static final int MEGABYTE = 1 << 20;

    private static LayeredImage image;

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
        try (NestedDocker docker = NestedDocker.builder().start()) {
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
                            .because("the daemon container has ended")
                            .cure("Start another"));
        }
    }

    @Test
    void anOuterImageThatIsRemovedMidwayIsInsideAsAWholeOrAnError() {
        try (NestedDocker docker = NestedDocker.builder().start();
                LayeredImage gone = LayeredImage.of("gone", TinyImage.NAME, 60 * MEGABYTE)) {
            AtomicBoolean removed = new AtomicBoolean();
            String id = gone.id();
            ProgressListener remover = progress -> {
                if (progress.doneBytes() > 5 * MEGABYTE && !removed.getAndSet(true)) {
                    OuterTestEngine.client()
                            .removeImageCmd(gone.name())
                            .withForce(true)
                            .exec();
                }
            };
            try {
                assertThat(docker.load(remover, ImageSource.of(gone.name()))).containsExactly(id);
                assertThat(docker.client().inspectImageCmd(gone.name()).exec().getId())
                        .isEqualTo(id);
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
    void anArchiveWhoseLayerIsNotWhatItsDigestSaysIsAnError() throws IOException {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            docker.load(TinyImage.NAME);
            Path file = folder.resolve("image.tar");
            docker.save(TinyImage.NAME, file);
            docker.client().removeImageCmd(TinyImage.NAME).exec();
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.seek(bytes.length() / 2);
                bytes.write("flipped".getBytes(StandardCharsets.UTF_8));
            }
            assertThatThrownBy(() -> docker.load(ImageSource.archive(file)))
                    .isInstanceOf(ImageTransferException.class)
                    .message()
                    .startsWith("Tried to load the image " + TinyImage.NAME)
                    .matches(text -> text.toLowerCase(Locale.ROOT).contains("diffid")
                            || text.toLowerCase(Locale.ROOT).contains("digest"));
            assertThat(LayeredImage.names(docker.client())).isEmpty();
        }
    }

    @Test
    void anInterruptEndsALoad() throws InterruptedException {
        try (NestedDocker docker = NestedDocker.builder().start()) {
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
        try (NestedDocker docker = NestedDocker.builder().start()) {
            ProgressListener throwing = progress -> {
                if (progress.doneBytes() > 5 * MEGABYTE) {
                    throw new IllegalStateException("boom");
                }
            };
            assertThatThrownBy(() -> docker.load(throwing, ImageSource.of(image.name())))
                    .isInstanceOf(NestedDockerException.class)
                    .satisfies(LoadFaultsIT::assertThatTheListenerIsNamed);
            assertThat(docker.client().infoCmd().exec().getImages()).isZero();
            assertThat(docker.load(ImageSource.of(image.name()))).containsExactly(image.id());
        }
    }

    @Test
    void aListenerThatThrowsEndsAStartAndIsNamed() throws IOException {
        Path archive = folder.resolve("tiny.tar");
        try (InputStream saved =
                OuterTestEngine.client().saveImageCmd(TinyImage.NAME).exec()) {
            Files.copy(saved, archive);
        }
        assertThatThrownBy(() -> NestedDocker.builder()
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
                .cure("Correct the listener");
    }

    /** Loads an archive, and an image of the outer engine, in a JVM whose heap is smaller than either. */
    static final class SmallProgram {

        private SmallProgram() {}

        public static void main(String[] args) {
            // The other end of the stream needs no disk for what is tried here.
            try (NestedDocker docker =
                    NestedDocker.builder().dataRoot(DataRoot.memory("3g")).start()) {
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
    void eightHundredMegabytesPassThroughAHeapOfFortyEight() {
        Path large = folder.resolve("zeros.tar.gz");
        OddImages.zeros(800, large);
        try (ChildJvm child = ChildJvm.start(
                Map.of("JAVA_TOOL_OPTIONS", "-Xmx48m"), SmallProgram.class, large.toString(), image.name())) {
            assertThat(child.await("ARCHIVE")).startsWith("80");
            assertThat(child.await("OUTER")).startsWith("6");
            assertThat(child.awaitEnd()).isZero();
        }
    }

    @Test
    void aFileThatIsNoArchiveIsRefusedBeforeAnythingIsSent() throws IOException {
        Path file = Files.writeString(folder.resolve("text.tar"), "no archive at all ".repeat(100));
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThatThrownBy(() -> docker.load(ImageSource.archive(file)))
                    .isInstanceOf(ImageTransferException.class)
                    .satisfies(e -> ErrorSentence.of(e)
                            .tried("read the image archive")
                            .on(file.toString())
                            .because("can't be used")
                            .cure("docker save"));
        }
    }
}
