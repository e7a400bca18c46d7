package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.internal.options.RegistryOptions;
import io.nesteddocker.internal.registry.Credentials;
import io.nesteddocker.internal.tls.TlsMaterial;
import io.nesteddocker.testing.ErrorSentence;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the registry options refuse invalid values, with a message that says what is valid and never contains a password. */
class RegistryRefusalsTest {

    private static final String SECRET = "hunter2-secret";

    private final NestedDockerBuilder builder = NestedDocker.builder();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://mirror.example/path",
                "http://mirror.example?a=b",
                "http:///",
            })
    void aMirrorWithMoreThanSchemeHostAndPort(String address) {
        refused(() -> builder.registryMirror(URI.create(address)))
                .tried("use the registry mirror")
                .on("\"" + address + "\"")
                .because("dockerd takes a scheme, a host and a port there, and nothing else")
                .cure("such as http://mirror.example:5000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mirror:5000", "mirror.example", "ftp://mirror.example", ""})
    void aMirrorWithoutAScheme(String address) {
        refused(() -> builder.registryMirror(URI.create(address)))
                .tried("use the registry mirror")
                .on("\"" + address + "\"")
                .because("a mirror's address begins with http:// or https://")
                .cure("such as http://mirror.example:5000");
    }

    @Test
    void aMirrorWithAPasswordIsRefusedWithoutTellingIt() {
        Throwable refusal =
                refusal(() -> builder.registryMirror(URI.create("http://me:" + SECRET + "@mirror.example")));
        assertThat(refusal)
                .hasMessageContaining("sends no credentials to mirrors")
                .hasMessageNotContaining(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://registry.example", "registry.example/path", "registry.example:port", "a b", "..", ""})
    void anInsecureRegistryThatIsNoName(String registry) {
        refused(() -> builder.insecureRegistry(registry))
                .tried("use the insecure registry")
                .on("\"" + registry + "\"")
                .because("dockerd takes a name with an optional port")
                .cure("such as registry.example:5000");
    }

    /** The name of the registry becomes the name of a folder in the daemon container. */
    @ParameterizedTest
    @ValueSource(
            strings = {"https://registry.example", "registry.example/../x", "..", ".", "a/b", "a b", ":5000", "r:0", ""
            })
    void aRegistryThatIsNoName(String registry) {
        refused(() -> builder.registryCredentials(registry))
                .tried("use the registry")
                .on("\"" + registry + "\"")
                .because("not a registry's name")
                .cure("such as registry.example:5000");
    }

    @Test
    void aRegistryThatNoImageCanName() {
        refused(() -> builder.registryCredentials("registry", "me", SECRET))
                .tried("use credentials for the registry")
                .on("\"registry\"")
                .because("takes this word for a namespace on Docker Hub")
                .cure("such as registry.example or registry:5000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a:b", "a\nb"})
    void anInvalidUser(String username) {
        Throwable refusal = refusal(() -> builder.registryCredentials("registry.example", username, SECRET));
        assertThat(refusal)
                .hasMessageContaining("the user's name \"" + username + "\" for the registry registry.example")
                .hasMessageContaining("have a colon in it")
                .hasMessageNotContaining(SECRET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", SECRET + "\n"})
    void anInvalidPassword(String password) {
        refused(() -> builder.registryCredentials("registry.example", "me", password))
                .tried("use a password")
                .on("for the registry registry.example")
                .because("empty or has a line break in it")
                .cure("give the password or token alone");
        assertThat(refusal(() -> builder.registryCredentials("registry.example", "me", password)))
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void aCertificateFileThatIsMissing() {
        Path file = folder.resolve("none.pem");
        refused(() -> builder.registryCa("registry.example", file))
                .tried("trust the certificates")
                .on(file.toString())
                .on("registry.example")
                .because("can't be read")
                .cure("certificates in PEM form");
    }

    @Test
    void aFileWithoutACertificate() throws IOException {
        Path file = Files.writeString(folder.resolve("text.pem"), "Hello.\n");
        refused(() -> builder.registryCa("registry.example", file))
                .tried("trust the certificates")
                .on(file.toString())
                .cure("certificates in PEM form");
    }

    @Test
    void aFileWithAPrivateKey() throws IOException {
        TlsMaterial tls = TlsMaterial.create(List.of("registry.example"));
        Path file = Files.write(folder.resolve("both.pem"), tls.serverCertPem());
        Files.write(file, tls.serverKeyPem(), StandardOpenOption.APPEND);
        refused(() -> builder.registryCa("registry.example", file))
                .tried("trust the certificates")
                .on(file.toString())
                .because("has a private key in it")
                .cure("certificates in PEM form");
    }

    @Test
    void theSpecKeepsRegistryOptions() throws IOException {
        TlsMaterial tls = TlsMaterial.create(List.of("registry.example"));
        Path file = Files.write(folder.resolve("ca.pem"), tls.caPem());
        RegistryOptions said = builder
                .registryMirror(URI.create("http://mirror.example:5000"))
                .insecureRegistry("10.1.0.0/16")
                .registryCa("registry.example:5000", file)
                .registryCredentials("registry.example:5000", "me", SECRET)
                .registryCredentials("index.docker.io")
                .spec()
                .toBuilder()
                .spec()
                .options()
                .registries();
        assertThat(said.mirrors()).containsExactly(URI.create("http://mirror.example:5000"));
        assertThat(said.insecure()).containsExactly("10.1.0.0/16");
        assertThat(said.authorities()).containsOnly(Map.entry("registry.example:5000", Files.readString(file)));
        assertThat(said.credentials().values())
                .containsExactly(
                        new Credentials("registry.example:5000", "me", SECRET), new Credentials("docker.io", "", ""));
        assertThat(said.toString()).contains("me@registry.example:5000").doesNotContain(SECRET);
    }

    private static Throwable refusal(Runnable call) {
        return catchThrowableOfType(IllegalArgumentException.class, call::run);
    }

    private static ErrorSentence refused(Runnable call) {
        return ErrorSentence.of(refusal(call));
    }
}
