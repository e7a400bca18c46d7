package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.outer.ImageContent;
import io.nesteddocker.internal.registry.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceImageTest {

    /** The chain ID of the lowest layer is its digest; that of the next layer is the digest of both. */
    @Test
    void computesChainIdsAsEnginesDo() {
        String lowest = "sha256:" + "1".repeat(64);
        String second = "sha256:" + "2".repeat(64);
        assertThat(new ImageContent("linux", "amd64", List.of(lowest, second), 0, "").chainIds())
                .containsExactly(lowest, Sha256.digest(lowest + " " + second));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "alpine | alpine:latest | ''",
                "alpine:3.20 | alpine:3.20 | ''",
                "registry.example:5000/team/app | registry.example:5000/team/app:latest | ''",
                "registry.example:5000/team/app:1 | registry.example:5000/team/app:1 | ''",
                "alpine@sha256:00ff | - | sha256:00ff",
                "alpine:3.20@sha256:00ff | - | sha256:00ff",
                "sha256:00ff | - | ''",
            })
    void takesReferencesApart(String text, String tagged, String digest) {
        ImageReference reference = ImageReference.parse(text);
        assertThat(reference.tagged().orElse(null)).isEqualTo(tagged);
        assertThat(reference.digest()).isEqualTo(digest);
    }
}
