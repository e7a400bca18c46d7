package io.nesteddocker.internal.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastUseTest {

    private static final Instant CREATED = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path home;

    private TemporaryCache cache;
    private Path folder;
    private LastUse lastUse;

    @BeforeEach
    void open() {
        cache = TemporaryCache.in(home);
        String engine = "engine:" + cache.unique();
        folder = CacheFolder.find("seeds").orElseThrow().resolve("engine-" + cache.unique());
        lastUse = new LastUse(engine);
    }

    @AfterEach
    void close() throws IOException {
        if (Files.isDirectory(folder)) {
            for (String volume : List.of("one", "two")) {
                Files.deleteIfExists(folder.resolve(volume));
            }
        }
        Files.deleteIfExists(folder);
        cache.close();
    }

    @Test
    void aSeedThatWasNeverUsedHasTheTimeOfItsCreation() {
        assertThat(lastUse.of(seed("one"))).isEqualTo(CREATED);
    }

    @Test
    void aUseIsRememberedForLaterProgramsAndForThisSeedAlone() {
        Instant before = Instant.now().minusSeconds(2);
        lastUse.record("one");
        assertThat(new LastUse("engine:" + cache.unique()).of(seed("one"))).isAfter(before);
        assertThat(lastUse.of(seed("two"))).isEqualTo(CREATED);
        assertThat(new LastUse("other:" + cache.unique()).of(seed("one"))).isEqualTo(CREATED);
    }

    @Test
    void aSecondUseReplacesTheFirst() throws IOException {
        lastUse.record("one");
        Files.setLastModifiedTime(folder.resolve("one"), FileTime.from(CREATED.plusSeconds(1)));
        assertThat(lastUse.of(seed("one"))).isEqualTo(CREATED.plusSeconds(1));
        lastUse.record("one");
        assertThat(lastUse.of(seed("one"))).isAfter(CREATED.plusSeconds(1));
    }

    /** A seed with the same name may have been removed by another user and filled again. */
    @Test
    void aUseBeforeTheCreationDoesNotCount() throws IOException {
        lastUse.record("one");
        Files.setLastModifiedTime(folder.resolve("one"), FileTime.from(CREATED.minusSeconds(1)));
        assertThat(lastUse.of(seed("one"))).isEqualTo(CREATED);
    }

    @Test
    void theFolderGoesWithTheLastSeed() {
        lastUse.record("one");
        lastUse.record("two");
        lastUse.forget("one");
        assertThat(lastUse.of(seed("one"))).isEqualTo(CREATED);
        assertThat(lastUse.of(seed("two"))).isAfter(CREATED);
        lastUse.forget("two");
        assertThat(folder).doesNotExist();
        assertThatCode(() -> lastUse.forget("two")).doesNotThrowAnyException();
    }

    @Test
    void aFolderThatCannotBeCreatedCostsOnlyTheMemory() throws IOException {
        Files.createDirectories(folder.getParent());
        Files.writeString(folder, "a file in the place of the folder");
        lastUse.record("one");
        assertThat(lastUse.of(seed("one"))).isEqualTo(CREATED);
        lastUse.forget("one");
        assertThat(folder).isRegularFile();
    }

    @Test
    void programsMayRecordAndForgetAtTheSameTime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                String volume = thread % 2 == 0 ? "one" : "two";
                LastUse own = new LastUse("engine:" + cache.unique());
                ends.add(threads.submit(() -> {
                    for (int i = 0; i < 200; i++) {
                        own.record(volume);
                        assertThat(own.of(seed(volume)))
                                .isBetween(CREATED, Instant.now().plusSeconds(2));
                        own.forget(volume);
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(folder).doesNotExist();
    }

    private static SeedVolume seed(String name) {
        return new SeedVolume(name, Map.of("io.nesteddocker.seed.created", CREATED.toString()));
    }
}
