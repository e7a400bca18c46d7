package io.nesteddocker.internal.seeds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the memory of this program, and the files by which later programs share it. */
class StoreMemoryTest {

    @TempDir
    private Path home;

    private TemporaryCache cache;
    private String imageId;
    private Path file;

    @BeforeEach
    void open() {
        cache = TemporaryCache.in(home);
        imageId = "sha256:" + cache.unique();
        file = CacheFolder.find("stores").orElseThrow().resolve("sha256-" + cache.unique());
    }

    @AfterEach
    void close() throws IOException {
        Files.deleteIfExists(file);
        cache.close();
    }

    @Test
    void anImageThatWasNeverStartedIsUnknown() {
        assertThat(StoreMemory.recall(imageId)).isEmpty();
    }

    @Test
    void aDriverIsWrittenForLaterPrograms() {
        StoreMemory.remember(imageId, "overlay2");
        assertThat(file).hasContent("overlay2");
        assertThat(StoreMemory.recall(imageId)).contains("overlay2");
        StoreMemory.remember(imageId, "overlayfs");
        assertThat(file).hasContent("overlayfs");
        assertThat(StoreMemory.recall(imageId)).contains("overlayfs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlay2", "fuse-overlayfs", " overlayfs\n"})
    void aDriverThatAnotherProgramHasWrittenIsRead(String content) throws IOException {
        write(content);
        assertThat(StoreMemory.recall(imageId)).contains(content.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "overlay2 overlay2",
                "overlay2\noverlay2",
                "../overlay2",
                "OVERLAY2",
                "a123456789b123456789c123456789d123456789e"
            })
    void aFileThatNamesNoDriverIsIgnored(String content) throws IOException {
        write(content);
        assertThat(StoreMemory.recall(imageId)).isEmpty();
    }

    @Test
    void aFileThatIsNoTextIsIgnored() throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(StoreMemory.recall(imageId)).isEmpty();
    }

    @Test
    void aDriverThatCannotBeWrittenIsKnownToThisProgram() throws IOException {
        Files.createDirectories(file);
        StoreMemory.remember(imageId, "overlay2");
        assertThat(file).isDirectory();
        assertThat(StoreMemory.recall(imageId)).contains("overlay2");
    }

    /** The ID may be a reference, whose slashes must not lead to another folder. */
    @Test
    void theFileIsInTheFolderWhateverTheIdIs() {
        StoreMemory.remember("../../" + cache.unique(), "overlay2");
        file = file.resolveSibling("------" + cache.unique());
        assertThat(file).hasContent("overlay2");
    }

    private void write(String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
