package io.nesteddocker.registries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.internal.tar.TarArchive;
import io.nesteddocker.internal.tls.TlsMaterial;
import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TestRegistry;
import io.nesteddocker.testing.TinyImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the registry options with real registries: a mirror without TLS, and one with a private certificate and a password. */
@Timeout(120)
@ExtendWith(LeakCheck.class)
class RegistryIT {

    /** A password that any step with a wrong encoding or without proper quoting would corrupt. */
    private static final String PASSWORD = "pä:ss\"wörd/?>~+\\ $x";

    private static final int RANDOM = ThreadLocalRandom.current().nextInt(1_000_000);
    private static final String NETWORK = "nested-docker-test-registry-" + RANDOM;
    private static final String KEPT = "nested-docker-test-registry-kept-" + RANDOM;
    private static final String STRANGER = "stranger.test";

    @TempDir
    static Path folder;

    private static TestRegistry plain;
    private static TestRegistry secured;
    private static NestedDockerSpec spec;
    private static NestedDocker docker;
    private static NestedDocker wrong;

    @BeforeAll
    static void start() throws IOException {
        OuterTestEngine.client().createNetworkCmd().withName(NETWORK).exec();
        plain = TestRegistry.plain(NETWORK, "plain.test");
        TlsMaterial tls = TlsMaterial.create(List.of("secured.test", STRANGER));
        secured = TestRegistry.secured(NETWORK, tls, PASSWORD, "secured.test", STRANGER);
        Path ca = Files.write(folder.resolve("ca.pem"), tls.caPem());
        spec = NestedDocker.builder()
                .network(NETWORK)
                .registryMirror(URI.create("http://plain.test:5000"))
                .insecureRegistry(plain.name())
                .registryCa(secured.name(), ca)
                .registryCredentials(secured.name(), TestRegistry.USER, PASSWORD)
                .spec();
        docker = spec.toBuilder().images(TinyImage.NAME).start();
        wrong = NestedDocker.builder()
                .network(NETWORK)
                .registryCa(secured.name(), ca)
                .registryCredentials(secured.name(), TestRegistry.USER, "not the password")
                .start();
        TinyImage.into(wrong);
    }

    @AfterAll
    static void close() {
        for (AutoCloseable thing : new AutoCloseable[] {wrong, docker, secured, plain}) {
            closeQuietly(thing);
        }
        OuterTestEngine.removeContainer(KEPT);
        OuterTestEngine.client().removeNetworkCmd(NETWORK).exec();
    }

    private static void closeQuietly(AutoCloseable thing) {
        try {
            if (thing != null) {
                thing.close();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anImageOfDockerHubComesThroughTheMirror() throws InterruptedException {
        push(docker, plain.image("library/mirrored:1"));
        remove(docker, plain.image("library/mirrored:1"));
        int before = plain.log().length();

        pull(docker, "mirrored:1");

        assertThat(tags(docker)).contains("mirrored:1");
        assertThat(plain.log().substring(before)).contains("/v2/library/mirrored/manifests/1");
    }

    @Test
    void aLinkedImageIsPushedAsItIs() throws InterruptedException {
        assertThat(docker.diagnostics().images()).singleElement().asString().contains("linked to the seed");
        String id = docker.client().inspectImageCmd(TinyImage.NAME).exec().getId();
        String image = secured.image("linked:1");
        push(docker, image);

        // The other daemon has none of the layers, so all of them must come from the registry.
        try (NestedDocker other = NestedDocker.start(spec)) {
            pull(other, image);
            assertThat(other.client().inspectImageCmd(image).exec().getId()).isEqualTo(id);
            assertThat(InnerContainers.output(other.client(), request -> request.withImage(image), "echo", "it runs"))
                    .isEqualTo("it runs");
        }
    }

    @Test
    void aPasswordIsSentByTheInnerClient() throws InterruptedException {
        String image = secured.image("by-the-client:1");
        push(docker, image);
        remove(docker, image);

        pull(docker, image);

        assertThat(tags(docker)).contains(image);
    }

    @Test
    void aPasswordIsSentByTheDockerCommandInside() {
        String image = secured.image("by-the-command:1");
        assertThat(docker.exec("docker", "tag", TinyImage.NAME, image).exitCode())
                .isZero();
        ExecResult push = docker.exec("docker", "push", image);
        assertThat(push.exitCode()).as(push.toString()).isZero();
        remove(docker, image);

        ExecResult pull = docker.exec("docker", "pull", image);

        assertThat(pull.exitCode()).as(pull.toString()).isZero();
        assertThat(tags(docker)).contains(image);
    }

    @Test
    void aPasswordIsSentByABuild() throws InterruptedException {
        String image = secured.image("base:1");
        push(docker, image);
        remove(docker, image);

        String built = docker.client()
                .buildImageCmd(new ByteArrayInputStream(new TarArchive()
                        .file("Dockerfile", 0644, ("FROM " + image).getBytes(StandardCharsets.UTF_8))
                        .toBytes()))
                .withTags(Set.of("built:1"))
                .start()
                .awaitImageId();

        assertThat(built).isNotBlank();
    }

    @Test
    void aWrongPasswordIsRefusedInTheDaemonsWords() {
        assertThat(catchThrowable(() -> pull(wrong, secured.image("any:1"))))
                .message()
                .containsIgnoringCase("unauthorized");
    }

    @Test
    void aWrongPasswordRefusesAPushToo() {
        assertThat(catchThrowable(() -> push(wrong, secured.image("any:1"))))
                .message()
                .containsIgnoringCase("unauthorized");
    }

    @Test
    void aPrivateAuthorityCountsForItsRegistryAlone() {
        assertThat(catchThrowable(() -> pull(docker, STRANGER + ":5000/any:1")))
                .hasMessageContaining("certificate signed by unknown authority");
    }

    @Test
    void plainTextIsForInsecureRegistriesAlone() {
        assertThat(catchThrowable(() -> pull(wrong, plain.image("any:1"))))
                .hasMessageContaining("server gave HTTP response to HTTPS client");
    }

    @Test
    void thePasswordLiesWhereRootAloneReadsIt() {
        assertThat(docker.exec("stat", "-c", "%a %U", "/root/.docker", "/root/.docker/config.json")
                        .stdout())
                .isEqualTo("700 root\n600 root\n");
    }

    @Test
    void nobodyTellsThePassword() {
        String words = String.join(
                "\n",
                Command.run("docker", "inspect", docker.daemonContainerId()).output(),
                docker.diagnostics().toString(),
                String.join("\n", docker.logs()),
                docker.exec("sh", "-c", "cat /proc/*/cmdline /proc/*/environ 2>/dev/null | tr '\\0' '\\n'")
                        .stdout(),
                docker.client().infoCmd().exec().toString(),
                spec.toString(),
                docker.toString());
        assertThat(words)
                .contains("secured.test")
                .doesNotContain(PASSWORD)
                .doesNotContain("wörd")
                .doesNotContain(Base64.getEncoder()
                        .encodeToString((TestRegistry.USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whoAttachesToAKeptDaemonHasItsPasswords() throws InterruptedException {
        String image = secured.image("kept:1");
        push(docker, image);
        NestedDocker kept = spec.toBuilder().name(KEPT).keepRunning().start();
        kept.close();

        try (NestedDocker attached = NestedDocker.attach(KEPT)) {
            pull(attached, image);
            assertThat(tags(attached)).contains(image);
            attached.remove();
        }
    }

    private static void push(NestedDocker from, String image) throws InterruptedException {
        DockerClient client = from.client();
        int colon = image.lastIndexOf(':');
        client.tagImageCmd(TinyImage.NAME, image.substring(0, colon), image.substring(colon + 1))
                .exec();
        client.pushImageCmd(image).start().awaitCompletion();
    }

    private static void pull(NestedDocker into, String image) throws InterruptedException {
        into.client().pullImageCmd(image).start().awaitCompletion();
    }

    private static void remove(NestedDocker from, String image) {
        from.client().removeImageCmd(image).exec();
    }

    private static List<String> tags(NestedDocker of) {
        return of.client().listImagesCmd().exec().stream()
                .flatMap(image -> Arrays.stream(image.getRepoTags()))
                .toList();
    }
}
