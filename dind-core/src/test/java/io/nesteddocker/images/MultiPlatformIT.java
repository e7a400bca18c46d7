package io.nesteddocker.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.ImageSource;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.ErrorSentence;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LayeredImage;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import io.nesteddocker.testing.SeedImages;
import io.nesteddocker.testing.TestRegistry;
import io.nesteddocker.testing.TinyImage;
import io.nesteddocker.testing.UnusualImages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests images for several platforms and images by digest, from a real registry at a local port of the outer engine. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class MultiPlatformIT {

    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    private static final String NETWORK =
            "nested-docker-test-platforms-" + ThreadLocalRandom.current().nextInt(1_000_000);
    private static final String OTHER = "s390x";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestRegistry registry;
    private static String own;
    private static URI manifests;
    private static String repository;

    private final SeedImages images = new SeedImages();

    @BeforeAll
    static void pushAnImageForEachPlatform() throws Exception {
        OuterTestEngine.assumeLoopbackIsTheEngines();
        DockerClient outer = OuterTestEngine.client();
        own = outer.versionCmd().exec().getArch();
        outer.createNetworkCmd().withName(NETWORK).exec();
        registry = TestRegistry.plain(NETWORK, "platforms.test");
        String address = "localhost:" + registry.portOfTheOuterEngine();
        repository = address + "/team/app";
        manifests = URI.create("http://" + address + "/v2/team/app/manifests/");
        String foreign = UnusualImages.empty(OTHER);
        push(TinyImage.NAME, own);
        push(foreign, OTHER);
        UnusualImages.remove(foreign);
        putList("both", own, OTHER);
        putList("foreign", OTHER);
    }

    private static void push(String image, String tag) throws InterruptedException {
        DockerClient outer = OuterTestEngine.client();
        outer.tagImageCmd(image, repository, tag).exec();
        outer.pushImageCmd(repository + ":" + tag).start().awaitCompletion();
        outer.removeImageCmd(repository + ":" + tag).exec();
    }

    /** Registers a list of manifests, as {@code docker buildx} does for an image of several platforms. */
    private static void putList(String tag, String... architectures) throws Exception {
        List<String> entries = new ArrayList<>();
        String list = LIST;
        for (String architecture : architectures) {
            HttpResponse<byte[]> manifest = HTTP.send(
                    HttpRequest.newBuilder(manifests.resolve(architecture))
                            .header("Accept", MANIFEST)
                            .header("Accept", OCI_MANIFEST)
                            .build(),
                    BodyHandlers.ofByteArray());
            String type = manifest.headers().firstValue("Content-Type").orElseThrow();
            list = type.equals(OCI_MANIFEST) ? OCI_INDEX : LIST;
            entries.add("{\"mediaType\":\"" + type + "\",\"size\":" + manifest.body().length + ",\"digest\":\""
                    + manifest.headers().firstValue("Docker-Content-Digest").orElseThrow()
                    + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}");
        }
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(manifests.resolve(tag))
                        .header("Content-Type", list)
                        .PUT(HttpRequest.BodyPublishers.ofString("{\"schemaVersion\":2,\"mediaType\":\"" + list
                                + "\",\"manifests\":[" + String.join(",", entries) + "]}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    @AfterEach
    void removeImages() {
        images.close();
    }

    @AfterAll
    static void close() {
        if (registry != null) {
            registry.close();
            OuterTestEngine.client().removeNetworkCmd(NETWORK).exec();
        }
    }

    @Test
    void theInnerEnginesPlatformIsChosen() {
        String image = repository + ":both";
        images.adopt(image);

        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            assertThat(docker.client().inspectImageCmd(image).exec().getArch()).isEqualTo(own);
            assertThat(InnerContainers.output(docker.client(), request -> request.withImage(image), "echo", "it runs"))
                    .isEqualTo("it runs");
        }
    }

    @Test
    void aPlatformThatIsMissingIsAClearError() {
        String image = repository + ":foreign";

        Throwable failure = catchThrowable(() -> NestedDocker.builder()
                .images(ImageSource.registry(image))
                .start()
                .close());

        assertThat(failure).isInstanceOf(ImageTransferException.class);
        ErrorSentence.of(failure)
                .tried("pull the image " + image)
                .on("the outer engine")
                .because("no matching manifest for linux/" + own)
                .cure("an image for linux/" + own);
    }

    @Test
    void aTagBesideADigestIsIgnoredAsInDockerPull() throws IOException, InterruptedException {
        String digest = digestOfOwnPlatform();
        String image = repository + "@" + digest;
        images.adopt(image);
        List<String> notes = new ArrayList<>();
        for (String name : List.of(repository + ":nosuch@" + digest, image)) {
            try (NestedDocker docker = NestedDocker.builder().images(name).start()) {
                notes.addAll(docker.diagnostics().images());
                assertThat(LayeredImage.names(docker.client())).noneMatch(inside -> inside.endsWith(":nosuch"));
            }
        }
        assertThat(LayeredImage.names(OuterTestEngine.client())).noneMatch(outside -> outside.endsWith(":nosuch"));
        assertThat(notes).hasSize(2).allMatch(notes.get(0)::equals);
        assertThat(notes.get(0)).startsWith(image + ": linked to the seed");
    }

    @ParameterizedTest
    @EnumSource
    void anImageThatIsNamedByItsDigestIsLinkedUnderThatNameOrATagThatStandsForIt(InnerStore store)
            throws IOException, InterruptedException {
        String digest = digestOfOwnPlatform();
        String image = repository + "@" + digest;
        images.adopt(image);

        try (NestedDocker docker = store.daemon().images(image).start()) {
            String note = docker.diagnostics().images().get(0);
            assertThat(note).startsWith(image + ": linked to the seed");
            String name = image;
            if (note.contains("; the name inside is ")) {
                assertThat(store == InnerStore.CONTAINERD)
                        .as("whether the stores differ")
                        .isEqualTo(InnerStore.isClassic(OuterTestEngine.client()));
                name = repository + ":" + digest.replace(':', '-');
                assertThat(note).endsWith("; the name inside is " + name);
            }
            String inside = name;
            assertThat(docker.client().inspectImageCmd(inside).exec().getArch()).isEqualTo(own);
            assertThat(InnerContainers.output(docker.client(), request -> request.withImage(inside), "echo", "it runs"))
                    .isEqualTo("it runs");
        }
    }

    private static String digestOfOwnPlatform() throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(manifests.resolve(own))
                                .header("Accept", MANIFEST)
                                .header("Accept", OCI_MANIFEST)
                                .build(),
                        BodyHandlers.ofString())
                .headers()
                .firstValue("Docker-Content-Digest")
                .orElseThrow();
    }
}
