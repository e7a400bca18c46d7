package io.nesteddocker.internal.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TarUnpackerTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);

    @TempDir
    private Path folder;

    @Test
    void theFirstNameIsTheTargets() throws IOException {
        add(new TarArchiveEntry("name/"));
        file("name/file", "text");
        unpack();
        assertThat(target().resolve("file")).hasContent("text");
    }

    @Test
    void aNameThatClimbsOutIsRefused() throws IOException {
        add(new TarArchiveEntry("name/"));
        file("name/../../escaped", "text");
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("leads out of it");
        assertThat(folder.resolve("escaped")).doesNotExist();
    }

    @Test
    void nothingIsWrittenThroughALink() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        add(new TarArchiveEntry("name/"));
        TarArchiveEntry link = new TarArchiveEntry("name/link", TarConstants.LF_SYMLINK);
        link.setLinkName(elsewhere.toString());
        add(link);
        file("name/link/file", "text");
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("leads out of it");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void aHardLinkIsACopy() throws IOException {
        add(new TarArchiveEntry("name/"));
        file("name/file", "text");
        TarArchiveEntry link = new TarArchiveEntry("name/other", TarConstants.LF_LINK);
        link.setLinkName("name/file");
        add(link);
        unpack();
        assertThat(target().resolve("other")).hasContent("text");
    }

    /** They would be empty files. */
    @ParameterizedTest
    @CsvSource({"but a pipe, 6", "but a device, 3", "but a device, 4"})
    void aPipeOrADeviceIsRefused(String kind, byte type) throws IOException {
        add(new TarArchiveEntry("name/"));
        add(new TarArchiveEntry("name/odd", (byte) ('0' + type)));
        assertThatThrownBy(this::unpack)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("name/odd is neither a file nor a folder nor a link " + kind);
        assertThat(target()).isEmptyDirectory();
    }

    @Test
    void nothingIsWrittenForAPipeAlone() throws IOException {
        add(new TarArchiveEntry("name", TarConstants.LF_FIFO));
        assertThatThrownBy(this::unpack).isInstanceOf(IOException.class).hasMessageContaining("but a pipe");
        assertThat(folder).isEmptyDirectory();
    }

    private Path target() {
        return folder.resolve("parent/target");
    }

    private void file(String name, String content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length());
        tar.putArchiveEntry(entry);
        tar.write(content.getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
    }

    private void add(TarArchiveEntry entry) throws IOException {
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private void unpack() throws IOException {
        tar.close();
        TarUnpacker.unpack(new ByteArrayInputStream(bytes.toByteArray()), target());
    }
}
