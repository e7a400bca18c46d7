package io.nesteddocker.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ImageCache;
import io.nesteddocker.ImageCache.Seed;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.testing.DebianImage;
import io.nesteddocker.testing.InnerStore;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.TinyImage;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the image cache on an outer engine of its own, so that no other program's seeds are removed. */
@ExtendWith(LeakCheck.class)
class ImageCacheIT {

    private static final String LIMIT = "nesteddocker.imageCache";

    private static NestedDocker outer;
    private static ImageCache cache;

    @BeforeAll
    static void startOuterEngine() {
        outer = InnerStore.OVERLAY2.daemon().images(DebianImage.NAME).start();
        TinyImage.into(outer);
        for (String tag : List.of("a", "b", "c")) {
            outer.client().tagImageCmd(TinyImage.NAME, "image", tag).exec();
        }
        cache = NestedDocker.imageCache(outer.client());
    }

    @AfterAll
    static void closeOuterEngine() {
        outer.close();
    }

    @AfterEach
    void clear() {
        System.clearProperty(LIMIT);
        cache.clear();
        assertThat(cache.list()).isEmpty();
    }

    @Test
    void aSeedTellsWhatIsInIt() {
        String id = outer.client().inspectImageCmd("image:a").exec().getId();
        try (NestedDocker nested = start("image:a")) {
            Seed seed = cache.list().get(0);

            assertThat(seed.images()).containsOnlyKeys("image:a").containsValue(id);
            assertThat(seed.storageDriver()).isEqualTo(nested.engine().storageDriver());
            assertThat(seed.linked()).isTrue();
            assertThat(seed.inUse()).isTrue();
            assertThat(seed.lastUsed()).isAfterOrEqualTo(seed.created());
            assertThat(cache.sizeInBytes()).isEqualTo(seed.sizeInBytes()).isGreaterThan(1_000_000);
        }
    }

    @Test
    void aSeedThatADaemonUsesStays() {
        try (NestedDocker ignored = start("image:a")) {
            assertThat(cache.clear()).isEmpty();
            assertThat(cache.list()).hasSize(1);
        }
    }

    @Test
    void theLeastRecentlyUsedSeedGoesFirst() {
        start("image:a").close();
        start("image:b").close();
        start("image:a").close();

        List<Seed> removed = cache.shrinkTo(cache.list().get(0).sizeInBytes());

        assertThat(removed)
                .singleElement()
                .satisfies(seed -> assertThat(seed.images()).containsOnlyKeys("image:b"));
        assertThat(cache.list())
                .singleElement()
                .satisfies(seed -> assertThat(seed.images()).containsOnlyKeys("image:a"));
    }

    @Test
    void fillingASeedRemovesOldOnesBeyondTheLimit() {
        start("image:a").close();
        System.setProperty(LIMIT, "3m");

        start("image:c").close();

        assertThat(cache.list())
                .singleElement()
                .satisfies(seed -> assertThat(seed.images()).containsOnlyKeys("image:c"));
    }

    @Test
    void aLimitThatIsNoSizeIsRefusedBeforeAnythingIsMade() {
        System.setProperty(LIMIT, "a lot");

        assertThatThrownBy(() -> start("image:a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("limit of the image cache (nesteddocker.imageCache or NESTED_DOCKER_IMAGE_CACHE)")
                .hasMessageContaining("a lot");
        assertThat(cache.list()).isEmpty();
    }

    @Test
    void aLimitBelowZeroIsRefused() {
        assertThatThrownBy(() -> cache.shrinkTo(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 bytes");
    }

    private static NestedDocker start(String image) {
        return NestedDocker.builder()
                .outer(outer.client())
                .image(DebianImage.NAME)
                .images(image)
                .start();
    }
}
