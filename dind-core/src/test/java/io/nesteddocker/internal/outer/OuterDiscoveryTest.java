package io.nesteddocker.internal.outer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.Specs;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.tls.TlsMaterial;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.FixedAnswerServer;
import io.nesteddocker.testing.PingServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the order in which the library looks for the outer engine, with servers that answer as engines do. */
@Timeout(60)
class OuterDiscoveryTest {

    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();
    private PingServer engine;
    private PingServer other;

    @BeforeEach
    void startServers() throws IOException {
        engine = PingServer.start();
        other = PingServer.start();
    }

    @AfterEach
    void stopServers() throws IOException {
        engine.close();
        other.close();
    }

    @Test
    void anAddressThatWasGivenComesBeforeTheEnvironment() {
        environment.put("DOCKER_HOST", other.uri().toString());
        assertThat(found(NestedDocker.builder().outer(engine.uri())))
                .isEqualTo(engine.uri() + " (given with outer(..))");
    }

    @Test
    void aNamedPipeIsForWindowsAlone() {
        ErrorSentence.of(catchThrowableOfType(
                        OuterEngineException.class,
                        () -> found(NestedDocker.builder().outer(URI.create("npipe:////./pipe/docker_engine")))))
                .tried("reach the outer Docker engine")
                .on("npipe:////./pipe/docker_engine (given with outer(..))")
                .because("named pipes exist on Windows only")
                .cure("give unix:///... or tcp://host:port");
    }

    @Test
    void aSocketsPathMayHaveABlank() {
        environment.put("DOCKER_HOST", "unix:///no such/docker.sock");
        assertThatThrownBy(this::found)
                .isInstanceOf(NoOuterEngineException.class)
                .hasMessageContaining("unix:///no such/docker.sock (from DOCKER_HOST) but it did not answer");
    }

    @Test
    void aSocketWithoutAPathIsRefusedWithTheReason() {
        environment.put("DOCKER_HOST", "unix:docker.sock");
        assertThatThrownBy(this::found)
                .isInstanceOf(OuterEngineException.class)
                .hasMessageContaining("unix:docker.sock")
                .hasMessageContaining("names no socket file");
    }

    /** This passes whether or not an engine answers on this machine. */
    @Test
    void aHomeFolderMayHaveABlank() {
        Throwable failure = catchThrowable(() -> new OuterDiscovery(Map.of(), Path.of("/no such home"))
                .connect(Options.defaults(), new Cancellation())
                .close());
        assertThat(failure == null || failure instanceof OuterEngineException)
                .as("%s", failure)
                .isTrue();
    }

    @Test
    void theEnvironmentComesBeforeTheContext() throws IOException {
        environment.put("DOCKER_HOST", engine.uri().toString());
        useContext("mine", other.uri().toString());
        assertThat(found()).isEqualTo(engine.uri() + " (from DOCKER_HOST)");
    }

    @Test
    void theContextInUseIsTaken() throws IOException {
        useContext("mine", engine.uri().toString());
        assertThat(found()).isEqualTo(engine.uri() + " (from the docker context mine)");
    }

    @Test
    void theContextInTheEnvironmentComesBeforeTheOneInUse() throws IOException {
        useContext("mine", other.uri().toString());
        writeContext("theirs", engine.uri().toString());
        environment.put("DOCKER_CONTEXT", "theirs");
        assertThat(found()).isEqualTo(engine.uri() + " (from the docker context theirs)");
    }

    @Test
    void theConfigurationFolderMayBeElsewhere(@TempDir Path elsewhere) throws IOException {
        environment.put("DOCKER_CONFIG", elsewhere.toString());
        useContext("mine", engine.uri().toString());
        assertThat(found()).isEqualTo(engine.uri() + " (from the docker context mine)");
    }

    @Test
    void anAddressOfTcpIsWherePublishedPortsAre() {
        environment.put("DOCKER_HOST", engine.uri().toString());
        try (OuterConnection connection = connect(NestedDocker.builder())) {
            assertThat(connection.address()).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void anEngineReachedByTcpIsNotLocal() {
        environment.put("DOCKER_HOST", engine.uri().toString());
        try (OuterConnection connection = connect(NestedDocker.builder())) {
            assertThat(connection.local()).isFalse();
        }
    }

    @Test
    void aPlaceThatWasNamedIsTheOnlyOneThatIsTried() throws IOException {
        environment.put("DOCKER_HOST", "unix://" + home.resolve("none.sock"));
        useContext("mine", engine.uri().toString());
        ErrorSentence.of(refusal())
                .tried("reach the outer Docker engine")
                .on("unix://" + home.resolve("none.sock") + " (from DOCKER_HOST)")
                .because("did not answer")
                .cure("check that it runs");
    }

    @Test
    void anAddressOfAnotherKindIsRefused() {
        environment.put("DOCKER_HOST", "gopher://somewhere");
        ErrorSentence.of(refusal())
                .tried("reach the outer Docker engine")
                .on("\"gopher://somewhere\"")
                .because("cannot be used here")
                .cure("give unix:///..., npipe:////..., ssh://user@host or tcp://host:port");
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        environment.put("DOCKER_HOST", "not an address");
        ErrorSentence.of(refusal())
                .tried("reach the outer Docker engine")
                .on("\"not an address\"")
                .because("cannot be used here")
                .cure("give unix:///");
    }

    @Test
    void aContextThatWasGivenComesBeforeTheEnvironment() throws IOException {
        environment.put("DOCKER_HOST", other.uri().toString());
        writeContext("theirs", engine.uri().toString());
        assertThat(found(NestedDocker.builder().outerContext("theirs")))
                .isEqualTo(engine.uri() + " (from the docker context theirs)");
    }

    @Test
    void theLastOuterEngineThatWasGivenCounts() throws IOException {
        writeContext("theirs", other.uri().toString());
        assertThat(found(NestedDocker.builder().outerContext("theirs").outer(engine.uri())))
                .isEqualTo(engine.uri() + " (given with outer(..))");
        assertThat(found(NestedDocker.builder().outer(engine.uri()).outerContext("theirs")))
                .isEqualTo(other.uri() + " (from the docker context theirs)");
    }

    @Test
    void aContextThatDoesNotExistIsNamed() {
        environment.put("DOCKER_CONTEXT", "gone");
        ErrorSentence.of(refusal())
                .tried("read the docker context")
                .on("gone")
                .because("failed")
                .cure("choose another context with `docker context use`, or set DOCKER_HOST");
    }

    @Test
    void aContextThatIsNoJsonIsNamed() throws IOException {
        environment.put("DOCKER_CONTEXT", "broken");
        Files.writeString(contextFile("broken"), "{ not json");
        ErrorSentence.of(refusal())
                .tried("read the docker context (broken)")
                .on(contextFile("broken").toString())
                .because("failed")
                .cure("Correct the file");
    }

    @Test
    void aContextWithoutAnEngineIsNamed() throws IOException {
        environment.put("DOCKER_CONTEXT", "empty");
        Files.writeString(contextFile("empty"), "{\"Name\":\"empty\",\"Endpoints\":{}}");
        ErrorSentence.of(refusal())
                .tried("use the docker context empty")
                .on(contextFile("empty").toString())
                .because("names no engine")
                .cure("choose another with `docker context use`, or set DOCKER_HOST");
    }

    @Test
    void aConfigurationThatIsNoJsonIsNamed() throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), "{ not json");
        ErrorSentence.of(refusal())
                .tried("read the docker context (config.json)")
                .on(home.resolve(".docker/config.json").toString())
                .because("failed")
                .cure("Correct the file");
    }

    @Test
    void aFolderWithoutCertificatesIsNamed() {
        environment.put("DOCKER_HOST", engine.uri().toString());
        environment.put("DOCKER_TLS_VERIFY", "1");
        environment.put("DOCKER_CERT_PATH", home.toString());
        ErrorSentence.of(refusal())
                .tried("read ca.pem, cert.pem and key.pem for the outer engine")
                .on("from " + home)
                .because("ca.pem")
                .cure("Point DOCKER_CERT_PATH at the folder that holds them");
    }

    @Test
    void certificatesThatAreNoneAreNamedWithoutTheirContent() throws IOException {
        for (String file : List.of("ca.pem", "cert.pem", "key.pem")) {
            Files.writeString(home.resolve(file), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        }
        environment.put("DOCKER_HOST", engine.uri().toString());
        environment.put("DOCKER_TLS_VERIFY", "1");
        environment.put("DOCKER_CERT_PATH", home.toString());
        assertThat(refusal()).hasMessageContaining("from " + home).hasMessageNotContaining("c2VjcmV0");
    }

    /** An engine without TLS answers in this way. */
    @Test
    void anEngineThatSpeaksNoTlsIsToldFromOneThatIsGone() throws IOException {
        TlsMaterial tls = TlsMaterial.create(List.of("127.0.0.1"));
        Files.write(home.resolve("ca.pem"), tls.caPem());
        Files.write(home.resolve("cert.pem"), tls.clientCertPem());
        Files.write(home.resolve("key.pem"), tls.clientKeyPem());
        try (FixedAnswerServer plain =
                FixedAnswerServer.always("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")) {
            environment.put("DOCKER_HOST", plain.uri().toString());
            environment.put("DOCKER_TLS_VERIFY", "1");
            environment.put("DOCKER_CERT_PATH", home.toString());
            ErrorSentence.of(refusal())
                    .tried("reach the outer Docker engine")
                    .on(plain.uri().toString())
                    .because("SSL")
                    .cure("check that it runs");
        }
    }

    /** An engine that accepts only TLS answers in this way. */
    @Test
    void anEngineThatWantsTlsIsQuoted() throws IOException {
        String words = "Client sent an HTTP request to an HTTPS server.\n";
        try (FixedAnswerServer encrypted = FixedAnswerServer.always(
                "HTTP/1.0 400 Bad Request\r\nContent-Length: " + words.length() + "\r\n\r\n" + words)) {
            environment.put("DOCKER_HOST", encrypted.uri().toString());
            ErrorSentence.of(refusal())
                    .tried("reach the outer Docker engine")
                    .on(encrypted.uri().toString())
                    .because("Client sent an HTTP request to an HTTPS server")
                    .cure("set DOCKER_TLS_VERIFY");
        }
    }

    @Test
    void theContextsCertificatesAreUsed() throws IOException {
        useContext("mine", engine.uri().toString());
        Path tls = configFolder().resolve("contexts/tls/" + sha256("mine") + "/docker");
        Files.createDirectories(tls);
        Files.writeString(tls.resolve("cert.pem"), "none");
        ErrorSentence.of(refusal())
                .tried("read ca.pem, cert.pem and key.pem for the outer engine")
                .on("from " + tls)
                .because("ca.pem");
    }

    private String found() {
        return found(NestedDocker.builder());
    }

    private String found(NestedDockerBuilder builder) {
        try (OuterConnection connection = connect(builder)) {
            return connection.description();
        }
    }

    private OuterEngineException refusal() {
        return catchThrowableOfType(
                OuterEngineException.class,
                () -> connect(NestedDocker.builder()).close());
    }

    private OuterConnection connect(NestedDockerBuilder builder) {
        return new OuterDiscovery(environment, home).connect(Specs.options(builder), new Cancellation());
    }

    private Path configFolder() {
        return environment.containsKey("DOCKER_CONFIG")
                ? Path.of(environment.get("DOCKER_CONFIG"))
                : home.resolve(".docker");
    }

    private void useContext(String name, String dockerHost) throws IOException {
        writeContext(name, dockerHost);
        Files.writeString(configFolder().resolve("config.json"), "{\"currentContext\":\"" + name + "\"}");
    }

    private void writeContext(String name, String dockerHost) throws IOException {
        Files.writeString(
                contextFile(name),
                "{\"Name\":\"" + name + "\",\"Endpoints\":{\"docker\":{\"Host\":\"" + URI.create(dockerHost) + "\"}}}");
    }

    private Path contextFile(String name) throws IOException {
        return Files.createDirectories(configFolder().resolve("contexts/meta/" + sha256(name)))
                .resolve("meta.json");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", e);
        }
    }
}
