package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.internal.outer.ImageContent;
import java.util.List;
import org.junit.jupiter.api.Test;

class LegacyLayerIdsTest {

    /** The layers of an image, and the names of their folders in the archive that {@code docker save} of Docker 20.10.24 wrote. */
    private static final List<String> LAYERS = List.of(
            "sha256:051ce1ae419ad72719f0743996c84f3667730e67e6a45e24e29d5c713bd1567f",
            "sha256:dd916edbb213b008318b7655d17d95839da01ae8e2e2d8036e7e1f72f7e4c413",
            "sha256:fabe5f0f9ca1aa4c35868f40c98933dcc7c5fa3cce85047160ea6087db9bf4be",
            "sha256:1852d1097e94fc8c5c197d606f11392ebd0d8f2c91e31dcd05c458801fd2c186");

    private static final List<String> FOLDERS = List.of(
            "9c3398df1b60dd9ffd1916b5b4792c9aa4ebffe81257d31be1ef581c1dcf0949",
            "4dffae34579e3238ecd65a289630a93184ba8c0c8f284014013721f3feac1ef7",
            "8aebb91d62aec21ddc9e1d1d74e4227db872be290b1ded9a72a378dffc4c9bf5",
            "8e69cd573ed819354570e072f8f3f2a97abbe544ffc08339b5c9639a224447d1");

    @Test
    void allLayersButTheTopmostHaveTheNamesThatAnEngineGivesThem() {
        List<String> names = LegacyLayerIds.of(chainIds(LAYERS));
        assertThat(names).hasSize(4).startsWith(FOLDERS.get(0), FOLDERS.get(1), FOLDERS.get(2));
        assertThat(names.get(3))
                .as("the name of the topmost layer, which depends on the image's configuration too")
                .isNotEqualTo(FOLDERS.get(3));
    }

    @Test
    void aLayerHasTheSameNameWhateverIsAboveIt() {
        assertThat(LegacyLayerIds.of(chainIds(LAYERS.subList(0, 2)))).containsExactly(FOLDERS.get(0), FOLDERS.get(1));
        assertThat(LegacyLayerIds.of(chainIds(LAYERS.subList(0, 1)))).containsExactly(FOLDERS.get(0));
    }

    @Test
    void aLayerHasAnotherNameOnAnotherLayer() {
        assertThat(LegacyLayerIds.of(chainIds(List.of(LAYERS.get(2), LAYERS.get(1))))
                        .get(1))
                .isNotEqualTo(FOLDERS.get(1));
    }

    @Test
    void anImageWithoutLayersHasNoNames() {
        assertThat(LegacyLayerIds.of(List.of())).isEmpty();
    }

    private static List<String> chainIds(List<String> layers) {
        return new ImageContent("linux", "amd64", layers, 0, "").chainIds();
    }
}
