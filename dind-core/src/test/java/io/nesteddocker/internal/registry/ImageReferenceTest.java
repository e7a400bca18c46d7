package io.nesteddocker.internal.registry;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

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
    @ValueSource(
            strings = {
                "busybox",
                "team/some_app__x/a-b--c.d:V1_.-",
                "localhost/app",
                "REGISTRY/app:1",
                "Registry.Example:5000/team/app:1",
                "[::1]:5000/app",
                "docker.io/library/busybox:1.36",
                "0123456789ab",
                "sha256:0123456789ab",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void whatEnginesAcceptHasNoProblem(String reference) {
        assertThat(ImageReference.problemOf(reference)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | blank",
                "' ' | blank",
                "a b | white space",
                "'a\n' | white space",
                "UPPER | lower-case letters",
                "team/App | lower-case letters",
                "REGISTRY/App | lower-case letters",
                "a..b | separated by one dot",
                "a___b | separated by one dot",
                "-a | lower-case letters",
                "team//app | lower-case letters",
                "registry.example:5000/ | lower-case letters",
                ":1 | lower-case letters",
                "größe | lower-case letters",
                "https://registry.example/app | a registry is",
                "-.example/app | a registry is",
                "app: | a tag has",
                "app:-c | a tag has",
                "app:.x | a tag has",
                "app:x@ | a digest is",
                "app@sha256:0123 | a digest is",
                "app@sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF | a digest is"
            })
    void whatNoEngineAcceptsHasAProblemThatIsNamed(String reference, String problem) {
        assertThat(ImageReference.problemOf(reference)).get(as(STRING)).contains(problem);
    }

    @Test
    void aTextThatIsTooLongForThePatternsHasAProblem() {
        assertThat(ImageReference.problemOf("a" + "-a".repeat(10_000)))
                .get(as(STRING))
                .contains("longer than 512");
        assertThat(ImageReference.problemOf("a" + "-a".repeat(255))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "busybox, docker.io/library/busybox, busybox",
        "team/busybox, docker.io/team/busybox, team/busybox",
        "docker.io/library/busybox, docker.io/library/busybox, busybox",
        "localhost/busybox, localhost/busybox, localhost/busybox",
        "docker.io/library/team/busybox, docker.io/library/team/busybox, library/team/busybox",
        "library/team/busybox, docker.io/library/team/busybox, library/team/busybox",
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
