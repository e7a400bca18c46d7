package io.nesteddocker.internal.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionFolderTest {

    private static final byte[] CONTENT = "secret".getBytes(StandardCharsets.UTF_8);

    private Path folder;

    @BeforeEach
    void create() throws IOException {
        folder = SessionFolder.create();
    }

    @AfterEach
    void delete() throws IOException {
        SessionFolder.delete(folder);
    }

    @Test
    void aFolderIsOpenToThisUserAlone() throws IOException {
        assertThat(permissions(folder)).isEqualTo("rwx------");
    }

    @Test
    void theFolderAroundItIsOpenToThisUserAlone() throws IOException {
        assertThat(permissions(folder.getParent())).isEqualTo("rwx------");
    }

    @Test
    void aFileIsReadableByThisUserAlone() throws IOException {
        SessionFolder.write(folder.resolve("key.pem"), CONTENT);
        assertThat(permissions(folder.resolve("key.pem"))).isEqualTo("rw-------");
    }

    /** If the old file was overwritten instead, every user who may read it could read the new content. */
    @Test
    void aFileThatEveryoneMayReadIsReplaced() throws IOException {
        Path file = Files.createFile(folder.resolve("key.pem"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        SessionFolder.write(file, CONTENT);
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void aFileHoldsWhatWasWritten() throws IOException {
        SessionFolder.write(folder.resolve("key.pem"), CONTENT);
        assertThat(folder.resolve("key.pem")).hasBinaryContent(CONTENT);
    }

    @Test
    void eachFolderIsAnother() throws IOException {
        Path another = SessionFolder.create();
        try {
            assertThat(another).isNotEqualTo(folder);
        } finally {
            SessionFolder.delete(another);
        }
    }

    @Test
    void aProgramHasOneFolderAroundAllOfThem() throws IOException {
        Path another = SessionFolder.create();
        try {
            assertThat(another.getParent()).isEqualTo(folder.getParent());
        } finally {
            SessionFolder.delete(another);
        }
    }

    @Test
    void theFolderAroundThemNamesItsOwner() {
        assertThat(folder.getParent().getFileName().toString())
                .startsWith("nested-docker-" + Owner.thisProgram().toShortString() + "-");
    }

    @Test
    void aUnixSocketsPathFitsIntoIt() {
        assertThat(folder.resolve("docker.sock").toString()).hasSizeLessThan(107);
    }

    @Test
    void deletingTakesTheContentToo() throws IOException {
        Files.createDirectories(folder.resolve("deeper/still"));
        SessionFolder.write(folder.resolve("deeper/still/key.pem"), CONTENT);
        SessionFolder.delete(folder);
        assertThat(folder).doesNotExist();
    }

    @Test
    void deletingDoesNotFollowLinks() throws IOException {
        Path elsewhere = SessionFolder.create();
        SessionFolder.write(elsewhere.resolve("kept"), CONTENT);
        Files.createSymbolicLink(folder.resolve("link"), elsewhere);
        SessionFolder.delete(folder);
        try {
            assertThat(elsewhere.resolve("kept")).exists();
        } finally {
            SessionFolder.delete(elsewhere);
        }
    }

    @Test
    void deletingWhatIsGoneIsNoError() throws IOException {
        SessionFolder.delete(folder);
        assertThatCode(() -> SessionFolder.delete(folder)).doesNotThrowAnyException();
    }

    @Test
    void sweepingLeavesThisProgramsFolderAlone() {
        SessionFolder.sweep();
        assertThat(folder).exists();
    }

    @Test
    void sweepingLeavesTheFolderOfADaemonThatIsStarting() throws IOException {
        Path lasting = SessionFolder.createLasting();
        try {
            SessionFolder.sweep();
            assertThat(lasting).exists();
        } finally {
            SessionFolder.delete(lasting);
        }
    }

    @Test
    void sweepingLeavesTheFolderOfADaemonThatIsUp() throws IOException {
        Path lasting = SessionFolder.createLasting();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(lasting.resolve("hold.sock")));
            SessionFolder.markUp(lasting);
            SessionFolder.sweep();
            assertThat(lasting).exists();
        } finally {
            SessionFolder.delete(lasting);
        }
    }

    @Test
    void sweepingRemovesTheFolderOfADaemonThatWasUp() throws IOException {
        Path lasting = SessionFolder.createLasting();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(lasting.resolve("hold.sock")));
            SessionFolder.markUp(lasting);
        }
        SessionFolder.sweep();
        assertThat(lasting).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp", "/var/tmp", "/run/user/1000"})
    void theTemporaryFolderIsTakenWhereASocketFits(String temporary) {
        assertThat(SessionFolder.parent(temporary)).isEqualTo(Path.of(temporary));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tmp/with a blank",
                "/tmp/with'quote",
                "/tmp/with\"quote",
                "/tmp/100%",
                "/tmp/größe",
                "/tmp/a-name-that-is-longer-than-the-path-of-a-socket-may-be"
            })
    void aFolderThatASocketDoesNotFitIntoGivesWayToAShortOne(String temporary) {
        assumeThatCode(() -> Path.of(temporary))
                .as("file names here are in %s", System.getProperty("sun.jnu.encoding"))
                .doesNotThrowAnyException();
        assertThat(SessionFolder.parent(temporary)).isEqualTo(Path.of("/tmp"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tmp", "./tmp"})
    void aRelativeFolderIsTakenFromTheWorkingFolder(String temporary) {
        assertThat(SessionFolder.parent(temporary)).isAbsolute();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
