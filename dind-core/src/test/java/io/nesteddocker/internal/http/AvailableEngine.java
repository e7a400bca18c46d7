package io.nesteddocker.internal.http;

import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

/** The engine for the tests of this package: that of {@code DOCKER_HOST} with its certificates, or that of the usual socket. */
final class AvailableEngine {

    private AvailableEngine() {}

    static URI address() {
        String dockerHost = System.getenv("DOCKER_HOST");
        return URI.create(dockerHost == null || dockerHost.isBlank() ? "unix:///var/run/docker.sock" : dockerHost);
    }

    static DaemonHttpClient open() {
        return DaemonHttpClient.open(address(), certificates());
    }

    private static SSLContext certificates() {
        String verify = System.getenv("DOCKER_TLS_VERIFY");
        String folder = System.getenv("DOCKER_CERT_PATH");
        if (verify == null || verify.isEmpty() || folder == null) {
            return null;
        }
        try {
            return TlsMaterial.contextFromPem(
                    Files.readAllBytes(Path.of(folder, "ca.pem")),
                    Files.readAllBytes(Path.of(folder, "cert.pem")),
                    Files.readAllBytes(Path.of(folder, "key.pem")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
