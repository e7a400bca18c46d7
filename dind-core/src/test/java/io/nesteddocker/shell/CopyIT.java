package io.nesteddocker.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.LeakCheck;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests copies of files into the daemon container and out of it. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CopyIT {

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

    @Test
    void aFileArrivesWithItsModeAndBelongsToRoot() throws IOException {
        Path file = Files.writeString(folder.resolve("script"), "#!/bin/sh\necho it runs\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));

        docker.copyIn(file, "/srv/one/two/script");

        assertThat(docker.exec("stat", "-c", "%a %u %g", "/srv/one/two/script").stdout())
                .isEqualTo("750 0 0\n");
        assertThat(docker.exec("/srv/one/two/script").stdout()).isEqualTo("it runs\n");
    }

    @Test
    void aFolderComesBackAsItWent() throws IOException {
        String name = "grüße mit Leerzeichen";
        assumeThatCode(() -> Path.of(name))
                .as("file names here are in %s", System.getProperty("sun.jnu.encoding"))
                .doesNotThrowAnyException();
        Path sent = Files.createDirectories(folder.resolve("sent"));
        Files.writeString(Files.createDirectories(sent.resolve("a/b")).resolve(name), "text");
        Files.createDirectory(sent.resolve("empty"));
        Files.createSymbolicLink(sent.resolve("link"), Path.of("a/b"));
        Files.writeString(sent.resolve("x".repeat(200)), "a long name");
        Path locked = Files.createDirectory(sent.resolve("locked"));
        Files.writeString(locked.resolve("file"), "in a locked folder");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-x---"));

        docker.copyIn(sent, "/srv/folder");
        Path back = folder.resolve("deeper/back");
        docker.copyOut("/srv/folder", back);

        assertThat(back.resolve("a/b/grüße mit Leerzeichen")).hasContent("text");
        assertThat(back.resolve("empty")).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(back.resolve("link"))).isEqualTo(Path.of("a/b"));
        assertThat(back.resolve("x".repeat(200))).hasContent("a long name");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(back.resolve("locked"))))
                .isEqualTo("r-xr-x---");
    }

    @Test
    void manyBytesComeBackAsTheyWent() throws IOException {
        Path large = folder.resolve("large");
        byte[] block = new byte[1 << 20];
        new Random(42).nextBytes(block);
        try (OutputStream output = Files.newOutputStream(large)) {
            for (int i = 0; i < 50; i++) {
                block[0] = (byte) i;
                output.write(block);
            }
        }

        docker.copyIn(large, "/srv/large");
        docker.copyOut("/srv/large", folder.resolve("back"));

        assertThat(Files.mismatch(large, folder.resolve("back"))).isEqualTo(-1);
    }

    @Test
    void aFileDoesNotTakeAFoldersPlace() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> docker.copyIn(file, "/etc")))
                .tried("copy " + file + " to /etc in")
                .on(docker.name())
                .because("cannot overwrite directory");
        assertThat(docker.exec("test", "-f", "/etc/passwd").exitCode()).isZero();
    }

    @Test
    void whatIsNotThereCanNotBeCopiedOut() {
        Path target = folder.resolve("target");
        ErrorSentence.of(catchThrowableOfType(
                        NestedDockerException.class, () -> docker.copyOut("/no/such/file", target)))
                .tried("copy /no/such/file to " + target + " from")
                .on(docker.name())
                .because("/no/such/file");
        assertThat(target).doesNotExist();
    }

    @Test
    void whatIsNotThereCanNotBeCopiedIn() {
        ErrorSentence.of(catchThrowableOfType(
                        IllegalArgumentException.class, () -> docker.copyIn(folder.resolve("none"), "/srv")))
                .tried("copy " + folder.resolve("none"))
                .because("no such file or folder")
                .cure("give one that exists");
    }

    @Test
    void aPlaceThatIsNotAbsoluteIsRefused() {
        ErrorSentence.of(catchThrowableOfType(IllegalArgumentException.class, () -> docker.copyOut("etc", folder)))
                .tried("copy to or from \"etc\"")
                .because("must be absolute paths below the root folder")
                .cure("such as /srv/data");
    }

    @Test
    void aPipeIsNotCopiedOut() {
        docker.exec("sh", "-c", "mkdir /srv/special && mkfifo /srv/special/pipe");
        Path target = folder.resolve("target");
        ErrorSentence.of(
                        catchThrowableOfType(NestedDockerException.class, () -> docker.copyOut("/srv/special", target)))
                .tried("copy /srv/special to " + target)
                .on(docker.name())
                .because("special/pipe is neither a file nor a folder nor a link but a pipe")
                .cure("remove it");
        assertThat(target.resolve("pipe")).doesNotExist();
    }

    @Test
    void aFileThatCanNotBeReadIsTheReason() throws IOException {
        Path sent = Files.createDirectory(folder.resolve("odd"));
        assertThat(Command.run("mkfifo", sent.resolve("pipe").toString()).exitCode())
                .isZero();
        ErrorSentence.of(catchThrowableOfType(NestedDockerException.class, () -> docker.copyIn(sent, "/srv/odd")))
                .tried("copy " + sent)
                .because("neither a file nor a folder nor a link");
    }
}
