package io.nesteddocker.internal.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.http.ScriptedDaemon;
import io.nesteddocker.internal.http.ScriptedDaemon.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsMaterialIT {

    @Test
    void theDockerCommandAcceptsTheCertificates(@TempDir Path certificates) throws Exception {
        TlsMaterial tls = TlsMaterial.create(List.of("127.0.0.1"));
        Files.write(certificates.resolve("ca.pem"), tls.caPem());
        Files.write(certificates.resolve("cert.pem"), tls.clientCertPem());
        Files.write(certificates.resolve("key.pem"), tls.clientKeyPem());
        try (ScriptedDaemon daemon = ScriptedDaemon.on(Transport.TLS, tls, visit -> {
            while (visit.readRequest()) {
                visit.json(200, "{\"Version\":\"seen over TLS\",\"ApiVersion\":\"1.41\"}");
            }
        })) {
            ProcessBuilder command = new ProcessBuilder("docker", "version", "--format", "{{.Server.Version}}")
                    .redirectErrorStream(true);
            command.environment().remove("DOCKER_CONTEXT");
            command.environment().put("DOCKER_HOST", daemon.uri().toString());
            command.environment().put("DOCKER_TLS_VERIFY", "1");
            command.environment().put("DOCKER_CERT_PATH", certificates.toString());
            Process docker = command.start();
            String output = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(docker.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(output.strip()).isEqualTo("seen over TLS");
        }
    }
}
