package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.images.SourceImage.Names;
import io.nesteddocker.internal.outer.ImageContent;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciManifestTest {

    @ParameterizedTest
    @CsvSource({
        "alpine:3, docker.io/library/alpine:3",
        "docker.io/alpine:3, docker.io/library/alpine:3",
        "docker.io/library/alpine:3, docker.io/library/alpine:3",
        "index.docker.io/alpine:3, docker.io/library/alpine:3",
        "team/app:1, docker.io/team/app:1",
        "docker.io/team/app:1, docker.io/team/app:1",
        "localhost:5000/app:1, localhost:5000/app:1",
        "registry.example/team/app:1, registry.example/team/app:1"
    })
    void anImageHasTheNameThatAnEngineLooksFor(String tag, String name) {
        assertThat(manifest(List.of(tag), List.of())).containsExactly(name);
    }

    @Test
    void aTagStandsForADigest() {
        String digest = "0".repeat(64);
        assertThat(manifest(List.of(), List.of("alpine@sha256:" + digest)))
                .containsExactly("docker.io/library/alpine:sha256-" + digest);
        assertThat(manifest(List.of(), List.of("alpine@sha512:" + digest + digest)))
                .containsExactly("docker.io/library/alpine:sha512-" + digest + "0".repeat(57));
    }

    @Test
    void anImageWithoutANameHasThatOfItsManifest() {
        assertThat(manifest(List.of(), List.of())).singleElement().asString().startsWith("moby-dangling@sha256:");
    }

    private static List<String> manifest(List<String> tags, List<String> namedDigests) {
        SourceImage image = new SourceImage(
                "sha256:1",
                new Names(tags, namedDigests, namedDigests),
                new ImageContent("linux", "amd64", List.of(), 0, ""),
                Optional.empty());
        return OciManifest.of(image, 1, layer -> 0).namesOf(image);
    }
}
