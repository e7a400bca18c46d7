package io.nesteddocker.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.Eventually;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests an outer engine behind a real sshd. The library can't rely on shared files there, so it reaches the inner engine by ssh, too. */
@Timeout(180)
@ExtendWith(LeakCheck.class)
class SshOuterIT {

    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    @TempDir
    private Path folder;

    private Process sshd;
    private int port;

    @BeforeEach
    void startSshd() throws IOException {
        assumeThat(SSHD)
                .as("the program %s of the package openssh-server", SSHD)
                .isExecutable();
        port = freePort();
        key("host_key");
        key("user_key");
        Files.copy(folder.resolve("user_key.pub"), folder.resolve("authorized_keys"));
        Files.writeString(
                folder.resolve("known_hosts"),
                "[127.0.0.1]:" + port + " " + Files.readString(folder.resolve("host_key.pub")));
        Files.writeString(
                folder.resolve("sshd_config"), """
                ListenAddress 127.0.0.1:%d
                HostKey %s/host_key
                AuthorizedKeysFile %s/authorized_keys
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                PermitRootLogin yes
                SetEnv DOCKER_HOST=%s
                """.formatted(port, folder, folder, OuterTestEngine.address()));
        Path program = Files.createDirectory(folder.resolve("bin")).resolve("ssh");
        Files.writeString(program, """
                #!/bin/sh
                exec /usr/bin/ssh -F none -i %s/user_key -o IdentitiesOnly=yes -o UserKnownHostsFile=%s/known_hosts "$@"
                """.formatted(folder, folder));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Files.createDirectories(Path.of("/run/sshd"));
        sshd = new ProcessBuilder(
                        SSHD.toString(),
                        "-D",
                        "-e",
                        "-f",
                        folder.resolve("sshd_config").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sshd.log").toFile())
                .start();
        assertThat(Eventually.holds(Duration.ofSeconds(10), this::listens))
                .as("sshd listens: %s", Files.readString(folder.resolve("sshd.log")))
                .isTrue();
    }

    @AfterEach
    void stopSshd() throws InterruptedException {
        if (sshd != null) {
            sshd.destroy();
            sshd.waitFor();
        }
    }

    @Test
    void allIsReachedThroughSsh() {
        try (ChildJvm program = ChildJvm.start(environment(port), RemoteProgram.class)) {
            program.await("CONFIG");
            program.say("");
            program.await("DONE");
            assertThat(program.awaitEnd()).as(program.output()).isZero();
            assertThat(program.output()).contains("LINK TUNNEL", "OUTPUT hello", "PORT from a port");
        }
    }

    @Test
    void sshsOwnWordsSayWhyItFailed() throws IOException {
        try (ChildJvm program = ChildJvm.start(environment(freePort()), RemoteProgram.class)) {
            program.awaitEnd();
            assertThat(program.output())
                    .contains("Tried to reach the outer Docker engine at ssh://", "Connection refused");
        }
    }

    private Map<String, String> environment(int sshPort) {
        return Map.of(
                "DOCKER_HOST",
                "ssh://" + System.getProperty("user.name") + "@127.0.0.1:" + sshPort,
                "PATH",
                folder.resolve("bin") + ":" + System.getenv("PATH"));
    }

    private void key(String name) {
        Command.succeed(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                folder.resolve(name).toString());
    }

    private boolean listens() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
