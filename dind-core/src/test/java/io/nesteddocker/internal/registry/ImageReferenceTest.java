package io.nesteddocker.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how references to images are taken apart. */
class ImageReferenceTest {

    @ParameterizedTest
    @CsvSource({
        "busybox:1.36, busybox, 1.36",
        "busybox, busybox, latest",
        "registry.example:5000/team/busybox:1, registry.example:5000/team/busybox, 1",
        "registry.example:5000/busybox, registry.example:5000/busybox, latest"
    })
    void aColonInTheLastPartBeginsTheTag(String reference, String name, String tag) {
        ImageReference parsed = ImageReference.parse(reference);
        assertThat(parsed.name() + " " + parsed.tag()).isEqualTo(name + " " + tag);
    }

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io",
        "busybox:1.36, docker.io",
        "team/busybox, docker.io",
        "docker.io/library/busybox, docker.io",
        "index.docker.io/team/busybox, docker.io",
        "registry.example/busybox, registry.example",
        "registry.example:5000/team/busybox:1, registry.example:5000",
        "localhost/busybox, localhost",
        "busybox@sha256:0000, docker.io"
    })
    void theRegistryIsWhatAnImagesNameBeginsWith(String image, String registry) {
        assertThat(ImageReference.registryOf(image)).isEqualTo(registry);
    }
}
