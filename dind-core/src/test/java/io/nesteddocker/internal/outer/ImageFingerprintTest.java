package io.nesteddocker.internal.outer;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectImageResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFingerprintTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "0001-01-01T00:00:00Z"})
    void anImageWithoutAMomentOfCreationHasOneFingerprintWhateverTheEngineSays(String answered) throws IOException {
        InspectImageResponse answer = configuration("").withCreated(answered);
        assertThat(ImageFingerprint.of(answer)).isEqualTo(ImageFingerprint.of(configuration("")));
    }

    @Test
    void theSameMomentIsWrittenInMoreThanOneWay() throws IOException {
        assertThat(ImageFingerprint.of(configuration("\"created\":\"2024-05-06T09:08:09.500+02:00\",")))
                .isEqualTo(ImageFingerprint.of(configuration("\"created\":\"2024-05-06T07:08:09.5Z\",")));
    }

    @Test
    void imagesOfTwoMomentsDiffer() throws IOException {
        assertThat(ImageFingerprint.of(configuration("\"created\":\"2024-05-06T07:08:09Z\",")))
                .isNotEqualTo(ImageFingerprint.of(configuration("\"created\":\"2024-05-06T07:08:10Z\",")));
    }

    private static InspectImageResponse configuration(String created) throws IOException {
        String json = "{" + created + "\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"/run\"]},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:1\"]}}";
        return ImageFingerprint.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
