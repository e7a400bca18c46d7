package io.nesteddocker.internal.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.images.SourceImage.Names;
import io.nesteddocker.internal.outer.ImageContent;
import io.nesteddocker.internal.sweep.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a seed's labels are read as they were written, and that labels of unknown origin do no harm. */
class SeedVolumeTest {

    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);
    private static final String PREFIX = "io.nesteddocker.seed.";

    @Test
    void aFreshVolumeDescribesItsContent() {
        Instant before = Instant.now();
        SeedContent content = new SeedContent(
                ImageStore.OVERLAY2, List.of(image(ONE, 1_000, "alpine:3", "localhost:5000/app:1"), image(TWO, 234)));

        SeedVolume volume = SeedVolume.fresh(content, "the outer engine stores layers with btrfs");

        assertThat(volume.name()).isEqualTo(content.volume());
        assertThat(volume.labels()).containsEntry(Labels.KIND, Labels.SEED);
        assertThat(volume.images())
                .containsExactly(entry("alpine:3", ONE), entry("localhost:5000/app:1", ONE), entry(TWO, TWO));
        assertThat(volume.sizeInBytes()).isEqualTo(1_234);
        assertThat(volume.storageDriver()).isEqualTo("overlay2");
        assertThat(volume.copiedBecause()).isEqualTo("the outer engine stores layers with btrfs");
        assertThat(volume.created()).isBetween(before, Instant.now());
    }

    /** This store keeps each layer as an archive and as files. */
    @Test
    void theLayersOfAContainerdStoreCountTwice() {
        SeedContent content = new SeedContent(ImageStore.CONTAINERD, List.of(image(ONE, 1_000, "alpine:3")));
        assertThat(SeedVolume.fresh(content, "").sizeInBytes()).isEqualTo(2_000);
        assertThat(SeedVolume.fresh(content, "").storageDriver()).isEqualTo("overlayfs");
    }

    @Test
    void theNameDependsOnTheContentAndNotOnItsOrder() {
        SourceImage one = image(ONE, 1, "alpine:3");
        SourceImage two = image(TWO, 1, "busybox:1");
        String name = SeedVolume.fresh(new SeedContent(ImageStore.OVERLAY2, List.of(one, two)), "")
                .name();
        assertThat(SeedVolume.fresh(new SeedContent(ImageStore.OVERLAY2, List.of(two, one)), "copied")
                        .name())
                .isEqualTo(name);
        assertThat(SeedVolume.fresh(new SeedContent(ImageStore.CONTAINERD, List.of(one, two)), "")
                        .name())
                .isNotEqualTo(name);
        assertThat(SeedVolume.fresh(new SeedContent(ImageStore.OVERLAY2, List.of(one, image(TWO, 1, "busybox:2"))), "")
                        .name())
                .isNotEqualTo(name);
    }

    /** An older version of the library, or a user, may have created the volume. */
    @Test
    void aVolumeWithoutLabelsHasNoImagesAndIsOld() {
        SeedVolume volume = new SeedVolume("some", Map.of());
        assertThat(volume.images()).isEmpty();
        assertThat(volume.sizeInBytes()).isZero();
        assertThat(volume.storageDriver()).isEmpty();
        assertThat(volume.copiedBecause()).isEmpty();
        assertThat(volume.created()).isEqualTo(Instant.EPOCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-1", "1.5", "ten", "9999999999999999999", "1 "})
    void aSizeThatIsNoNumberCountsAsNothing(String size) {
        assertThat(labelled("bytes", size).sizeInBytes()).isZero();
    }

    @Test
    void theLargestSizeIsRead() {
        assertThat(labelled("bytes", "9".repeat(18)).sizeInBytes()).isEqualTo(999_999_999_999_999_999L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-01-01", "2026-13-01T00:00:00Z"})
    void aTimeThatIsNoneIsTheEpoch(String time) {
        assertThat(labelled("created", time).created()).isEqualTo(Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"'' | 0", "nonsense | 0", "a:1 | 0", "a:1=1 | 1", "' a:1=1  nonsense ' | 1", "a:1,b:1=1 c:1=2 | 3"
            })
    void wordsThatAreNoImagesAreSkipped(String words, int images) {
        assertThat(labelled("images", words).images()).hasSize(images);
    }

    private static SeedVolume labelled(String label, String value) {
        return new SeedVolume("some", Map.of(PREFIX + label, value));
    }

    private static SourceImage image(String id, long bytes, String... tags) {
        return new SourceImage(
                id,
                new Names(List.of(tags), List.of(), List.of()),
                new ImageContent("linux", "amd64", List.of(), bytes, ""),
                Optional.empty());
    }
}
