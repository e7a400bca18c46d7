package io.nesteddocker.internal.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @Test
    void aDigestDecidesAloneAndATagBesideItIsIgnored() {
        String digest = "sha256:" + "0".repeat(64);
        assertThat(ImageReference.parse("busybox@" + digest))
                .isEqualTo(new ImageReference("busybox", "", digest, false));
        assertThat(ImageReference.parse("busybox:1@" + digest))
                .isEqualTo(new ImageReference("busybox", "", digest, false));
        assertThat(ImageReference.parse("busybox@" + digest).tagged()).isEmpty();
        assertThat(ImageReference.parse("busybox:1@" + digest).tagged()).isEmpty();
        assertThat(ImageReference.parse("busybox:1@" + digest).digested()).contains("busybox@" + digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:0123", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"})
    void anIdHasNeitherTagNorDigest(String id) {
        assertThat(ImageReference.parse(id)).isEqualTo(new ImageReference(id, "", "", true));
        assertThat(ImageReference.parse(id).tagged()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox, busybox",
        "team/busybox, docker.io/team/busybox, team/busybox",
        "docker.io/library/busybox, docker.io/library/busybox, busybox",
        "localhost/busybox, localhost/busybox, localhost/busybox",
        "registry.example/team/busybox, registry.example/team/busybox, registry.example/team/busybox"
    })
    void dockerHubIsInTheFullNameAndNotInTheFamiliarOne(String name, String full, String familiar) {
        assertThat(ImageReference.full(name)).isEqualTo(full);
        assertThat(ImageReference.familiar(name)).isEqualTo(familiar);
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
