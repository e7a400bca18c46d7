package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ImageTransferException;
import io.nesteddocker.testing.ErrorSentence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveIndexTest {

    private static final String ONE = "1".repeat(64);
    private static final String TWO = "2".repeat(64);

    @TempDir
    private Path folder;

    @Test
    void anIndexThatLeadsBackToItselfIsRefused() throws IOException {
        Path archive = folder.resolve("circle.tar");
        Files.write(
                archive,
                new TarArchive()
                        .file("index.json", 0644, indexOf(ONE))
                        .file("blobs/sha256/" + ONE, 0644, indexOf(TWO))
                        .file("blobs/sha256/" + TWO, 0644, indexOf(ONE))
                        .toBytes());
        assertThatThrownBy(() -> ArchiveIndex.read(archive, "amd64"))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("read the image archive")
                        .on(archive.toString())
                        .because(ONE + " leads back to itself")
                        .cure("write it again"));
    }

    @Test
    void anIndexMayBeNamedTwice() throws IOException {
        String config = "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[]}}";
        Path archive = folder.resolve("twice.tar");
        Files.write(
                archive,
                new TarArchive()
                        .file("index.json", 0644, indexOf(ONE, ONE))
                        .file("blobs/sha256/" + ONE, 0644, indexOf(TWO))
                        .file("blobs/sha256/" + TWO, 0644, utf8("{\"config\":{\"digest\":\"sha256:3\"},\"layers\":[]}"))
                        .file("blobs/sha256/3", 0644, utf8(config))
                        .toBytes());
        assertThat(ArchiveIndex.read(archive, "amd64").images()).hasSize(2);
    }

    @Test
    void aFileThatIsNoArchiveIsRefusedInPlainWords() throws IOException {
        assertRefused(utf8("no archive at all ".repeat(100)), "it is no tar archive");
        assertRefused(gzip(utf8("no archive at all ".repeat(100))), "it is no tar archive");
        assertRefused(new byte[] {0x1f, (byte) 0x8b, 7, 7, 7, 7}, "it is no tar archive");
    }

    @Test
    void anEmptyFileIsRefusedAsEmpty() throws IOException {
        assertRefused(new byte[0], "it is empty");
        assertRefused(new TarArchive().toBytes(), "it is a tar archive without a file");
    }

    @Test
    void anArchiveThatIsCutOffIsRefusedWithTheFileWhereItEnds() throws IOException {
        byte[] noise = new byte[500_000];
        new Random(1).nextBytes(noise);
        byte[] whole = new TarArchive()
                .file("first.json", 0644, utf8("{}"))
                .file("second/layer.tar", 0644, noise)
                .toBytes();
        byte[] packed = gzip(whole);
        for (byte[] cut : List.of(Arrays.copyOf(whole, whole.length / 2), Arrays.copyOf(packed, packed.length / 2))) {
            assertRefused(cut, "it is damaged or not whole, in second/layer.tar or after it");
        }
    }

    @Test
    void aDocumentThatIsNoJsonIsNamedAndNotQuoted() throws IOException {
        assertRefused(
                new TarArchive()
                        .file("manifest.json", 0644, utf8("[{\"secret\": nonsense"))
                        .toBytes(),
                "its file manifest.json is damaged");
    }

    private void assertRefused(byte[] content, String reason) throws IOException {
        Path archive = Files.write(folder.resolve("odd.tar"), content);
        assertThatThrownBy(() -> ArchiveIndex.read(archive, "amd64"))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("read the image archive")
                        .on(archive.toString())
                        .because(reason)
                        .cure("write it again"))
                .message()
                .doesNotContain("Source:", "secret", "byte", "Exception");
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] indexOf(String... digests) {
        StringBuilder manifests = new StringBuilder();
        for (String digest : digests) {
            manifests.append(manifests.isEmpty() ? "" : ",").append("{\"digest\":\"sha256:" + digest + "\"}");
        }
        return utf8("{\"manifests\":[" + manifests + "]}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
