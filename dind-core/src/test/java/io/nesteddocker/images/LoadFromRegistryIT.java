package io.nesteddocker.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AuthConfig;
import io.nesteddocker.ImageSource;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.internal.tls.TlsMaterial;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.TestRegistry;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.UnusualImages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests images from a real registry that requires a password; the outer engine connects to it at a local port. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class LoadFromRegistryIT {

    private static final String PASSWORD = "s3cret-of-the-registry";
    private static final String NETWORK =
            "nested-docker-test-load-" + ThreadLocalRandom.current().nextInt(1_000_000);

    @TempDir
    private static Path folder;

    private static TestRegistry registry;
    private static String repository;
    private static String image;
    private static String digest;

    @BeforeAll
    static void pushAnImage() throws Exception {
        DockerClient outer = OuterTestEngine.client();
        outer.createNetworkCmd().withName(NETWORK).exec();
        registry = TestRegistry.secured(NETWORK, TlsMaterial.create(List.of("load.test")), PASSWORD, "load.test");
        repository = "localhost:" + registry.portOfTheOuterEngine() + "/team/app";
        image = repository + ":1";
        outer.tagImageCmd(TinyImage.NAME, repository, "1").exec();
        outer.pushImageCmd(image)
                .withAuthConfig(new AuthConfig()
                        .withRegistryAddress(repository.substring(0, repository.indexOf('/')))
                        .withUsername(TestRegistry.USER)
                        .withPassword(PASSWORD))
                .start()
                .awaitCompletion();
        digest = outer.inspectImageCmd(image).exec().getRepoDigests().stream()
                .filter(name -> name.startsWith(repository))
                .findFirst()
                .orElseThrow();
        logIn();
    }

    private static void logIn() throws IOException {
        String account = Base64.getEncoder()
                .encodeToString((TestRegistry.USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        String name = repository.substring(0, repository.indexOf('/'));
        Files.writeString(
                folder.resolve("config.json"), "{\"auths\":{\"" + name + "\":{\"auth\":\"" + account + "\"}}}");
    }

    @AfterAll
    static void close() {
        UnusualImages.remove(image);
        UnusualImages.remove(digest);
        registry.close();
        OuterTestEngine.client().removeNetworkCmd(NETWORK).exec();
    }

    /** Loads an image from a registry, and prints what arrived. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            try (NestedDocker docker = NestedDocker.builder().start()) {
                List<String> ids = docker.load(ImageSource.registry(args[0]));
                System.out.println("LOADED " + ids.equals(List.of(InnerStore.idInside(docker, args[0]))) + " "
                        + LayeredImage.names(docker.client()));
            }
        }
    }

    @Test
    void theLoginOfTheDockerConfigurationLetsAnImageBePulled() {
        UnusualImages.remove(image);
        try (ChildJvm child = ChildJvm.start(Map.of("DOCKER_CONFIG", folder.toString()), Program.class, image)) {
            assertThat(child.await("LOADED")).isEqualTo("true [" + image + "]");
            assertThat(child.awaitEnd()).isZero();
            assertThat(child.output()).doesNotContain(PASSWORD);
        }
        assertThat(registry.log()).containsPattern("\"(GET|HEAD) /v2/team/app/manifests/1 ");
    }

    @ParameterizedTest
    @EnumSource
    void anImageThatIsNamedByItsDigestIsInsideUnderThatNameOrATagThatStandsForIt(InnerStore store) {
        String tag = digest.replace("@sha256:", ":sha256-");
        try (NestedDocker docker = store.daemon().start()) {
            List<String> ids = docker.load(ImageSource.outer(digest));

            String name = LayeredImage.names(docker.client()).contains(tag) ? tag : digest;
            assertThat(ids)
                    .containsExactly(
                            docker.client().inspectImageCmd(name).exec().getId());
            assertThat(LayeredImage.content(docker.client(), name))
                    .isEqualTo(LayeredImage.content(OuterTestEngine.client(), digest));
            assertThat(docker.load(ImageSource.outer(digest))).isEqualTo(ids);
        }
    }
}
