package io.nesteddocker.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that only this user has access to keys and sockets, and that they exist only as long as they are needed. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class PrivateFilesIT {

    @Test
    void noKeyIsOnDiskBeforeTheEndpointIsAskedFor() throws IOException {
        try (NestedDocker docker = NestedDocker.builder().port(0).start()) {
            docker.client().pingCmd().exec();
            assertThat(filesOfThisJvm()).noneMatch(file -> file.toString().endsWith(".pem"));
        }
    }

    @Test
    void theKeyFilesAreReadableByThisUserAlone() throws IOException {
        try (NestedDocker docker = NestedDocker.builder().port(0).start();
                Stream<Path> files = Files.list(docker.endpoint().certificatesDirectory())) {
            assertThat(files)
                    .extracting(file -> file.getFileName() + " " + permissions(file))
                    .containsExactlyInAnyOrder("ca.pem rw-------", "cert.pem rw-------", "key.pem rw-------");
        }
    }

    @Test
    void theKeysFolderIsOpenToThisUserAlone() {
        try (NestedDocker docker = NestedDocker.builder().port(0).start()) {
            assertThat(permissions(docker.endpoint().certificatesDirectory())).isEqualTo("rwx------");
        }
    }

    @Test
    void theKeysAreGoneAfterClose() {
        Path folder;
        try (NestedDocker docker = NestedDocker.builder().port(0).start()) {
            folder = docker.endpoint().certificatesDirectory();
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void theSocketsFolderIsOpenToThisUserAlone() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assertThat(permissions(
                            Path.of(docker.endpoint().dockerHost().getPath()).getParent()))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void theFolderAroundAllOfThemIsOpenToThisUserAlone() {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            docker.endpoint();
            assertThat(OuterTestEngine.sessionFoldersOf(ProcessHandle.current().pid()))
                    .isNotEmpty()
                    .allMatch(folder -> permissions(folder).equals("rwx------"));
        }
    }

    @Test
    void theSocketIsGoneAfterClose() {
        Path socket;
        try (NestedDocker docker = NestedDocker.builder().start()) {
            socket = Path.of(docker.endpoint().dockerHost().getPath());
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void theContextFolderIsGoneAfterClose() {
        Path folder;
        try (NestedDocker docker = NestedDocker.builder().port(0).start()) {
            folder = docker.clientConfig().directory();
            assertThat(folder).isNotEmptyDirectory();
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void inTheDaemonContainerTheKeyIsReadableByRootAlone() {
        try (NestedDocker docker = NestedDocker.builder().port(0).start()) {
            assertThat(docker.exec("stat", "-c", "%a %u", "/nested-docker", "/nested-docker/tls/server-key.pem")
                            .stdout())
                    .isEqualTo("700 0\n600 0\n");
        }
    }

    private static List<Path> filesOfThisJvm() throws IOException {
        List<Path> all = new ArrayList<>();
        for (Path folder :
                OuterTestEngine.sessionFoldersOf(ProcessHandle.current().pid())) {
            try (Stream<Path> files = Files.walk(folder)) {
                all.addAll(files.toList());
            }
        }
        return all;
    }

    private static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
