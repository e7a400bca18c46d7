package io.nesteddocker.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.Command.Outcome;
import io.nesteddocker.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests, with the docker command, that a TLS port accepts only clients with the certificate of the daemon. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class CertificatesIT {

    private static NestedDocker docker;
    private static NestedDocker other;

    @TempDir
    Path certificates;

    @BeforeAll
    static void start() {
        docker = NestedDocker.builder().port(0).start();
        other = NestedDocker.builder().port(0).start();
        docker.endpoint();
        other.endpoint();
    }

    @AfterAll
    static void close() {
        docker.close();
        other.close();
    }

    @Test
    void aClientWithTheDaemonsCertificateIsLetIn() {
        Outcome outcome = Command.run(
                docker.endpoint().environment(), "", "docker", "version", "--format", "{{.Server.Version}}");
        assertThat(outcome).isEqualTo(new Outcome(0, docker.engine().version()));
    }

    @Test
    void aClientWithoutACertificateIsRefused() throws IOException {
        copy(docker, "ca.pem");
        Outcome outcome = verified(docker);
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output()).containsAnyOf("certificate required", "bad certificate");
    }

    @Test
    void aClientWithTheCertificateOfAnotherDaemonIsRefused() throws IOException {
        copy(docker, "ca.pem");
        copy(other, "cert.pem");
        copy(other, "key.pem");
        Outcome outcome = verified(docker);
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output())
                .containsAnyOf("unknown certificate authority", "bad certificate", "certificate required");
    }

    @Test
    void aClientNoticesThatItReachedAnotherDaemon() throws IOException {
        copy(docker, "ca.pem");
        copy(docker, "cert.pem");
        copy(docker, "key.pem");
        Outcome outcome = verified(other);
        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.output()).contains("certificate signed by unknown authority");
    }

    @Test
    void eachDaemonHasAKeyOfItsOwn() throws IOException {
        assertThat(Files.readString(docker.endpoint().certificatesDirectory().resolve("key.pem")))
                .isNotEqualTo(Files.readString(
                        other.endpoint().certificatesDirectory().resolve("key.pem")));
    }

    private void copy(NestedDocker from, String file) throws IOException {
        Files.copy(from.endpoint().certificatesDirectory().resolve(file), certificates.resolve(file));
    }

    private Outcome verified(NestedDocker target) {
        return Command.run(
                Map.of(
                        "DOCKER_HOST",
                        target.endpoint().dockerHost().toString(),
                        "DOCKER_TLS_VERIFY",
                        "1",
                        "DOCKER_CERT_PATH",
                        certificates.toString()),
                "",
                "docker",
                "version");
    }
}
