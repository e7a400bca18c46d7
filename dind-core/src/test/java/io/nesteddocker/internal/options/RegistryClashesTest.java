package io.nesteddocker.internal.options;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.internal.tls.TlsMaterial;
import io.nesteddocker.testing.ErrorSentence;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests registry options that clash. */
class RegistryClashesTest {

    @TempDir
    Path folder;

    @Test
    void twoWaysToSayMirrorsAreRefused() {
        refused(NestedDocker.builder()
                        .registryMirror(URI.create("http://mirror.example"))
                        .daemonArgs("--registry-mirror=http://other.example"))
                .tried("start a nested daemon")
                .on("registryMirror(..)")
                .because("clashes with daemonArgs(\"--registry-mirror")
                .cure("keep one of the two");
    }

    @Test
    void twoWaysToSayInsecureRegistriesAreRefused() {
        refused(NestedDocker.builder()
                        .insecureRegistry("registry.example")
                        .daemonArgs("--insecure-registry=other.example"))
                .tried("start a nested daemon")
                .on("insecureRegistry(..)")
                .because("clashes with daemonArgs(\"--insecure-registry")
                .cure("keep one of the two");
    }

    @Test
    void anAuthorityForAnInsecureRegistryIsRefused() throws IOException {
        Path ca = Files.write(
                folder.resolve("ca.pem"),
                TlsMaterial.create(List.of("registry.example")).caPem());
        refused(NestedDocker.builder().insecureRegistry("registry.example").registryCa("registry.example", ca))
                .tried("start a nested daemon")
                .on("registryCa(\"registry.example\", ..)")
                .because("clashes with insecureRegistry(\"registry.example\")")
                .cure("leave out one of the two");
    }

    @Test
    void credentialsThatTheDockerCommandWouldNotFindAreRefused() {
        refused(NestedDocker.builder()
                        .registryCredentials("registry.example", "me", "secret")
                        .environment("DOCKER_CONFIG", "/elsewhere"))
                .tried("start a nested daemon")
                .on("registryCredentials(..)")
                .because("clashes with environment(\"DOCKER_CONFIG\", ..)")
                .cure("keep one of the two");
    }

    @Test
    void anAuthorityBesideAnotherInsecureRegistryIsFine() throws IOException {
        Path ca = Files.write(
                folder.resolve("ca.pem"),
                TlsMaterial.create(List.of("registry.example")).caPem());
        assertThatCode(() -> NestedDocker.builder()
                        .insecureRegistry("other.example")
                        .registryCa("registry.example", ca)
                        .spec())
                .doesNotThrowAnyException();
    }

    private static ErrorSentence refused(NestedDockerBuilder builder) {
        return ErrorSentence.of(catchThrowableOfType(IllegalStateException.class, builder::spec));
    }
}
