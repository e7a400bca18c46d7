package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.tar.TarArchive;
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

    /** SHA-256 digests can't form a cycle, so the files have the name of another algorithm, whose digests are not checked. */
    @Test
    void anIndexThatLeadsBackToItselfIsRefused() throws IOException {
        Path archive = folder.resolve("circle.tar");
        Files.write(
                archive,
                new TarArchive()
                        .file("index.json", 0644, indexOf(ONE))
                        .file("blobs/md5/" + ONE, 0644, indexOf(TWO))
                        .file("blobs/md5/" + TWO, 0644, indexOf(ONE))
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
        Path archive = folder.resolve("twice.tar");
        Files.write(
                archive,
                new TarArchive()
                        .file("index.json", 0644, indexOf(ONE, ONE))
                        .file("blobs/md5/" + ONE, 0644, indexOf(TWO))
                        .file("blobs/md5/" + TWO, 0644, utf8("{\"config\":{\"digest\":\"md5:3\"},\"layers\":[]}"))
                        .file("blobs/md5/3", 0644, config())
                        .toBytes());
        assertThat(ArchiveIndex.read(archive, "amd64").images()).hasSize(2);
    }

    @Test
    void aBlobIsComparedAsItIsCompressedOrNot() throws IOException {
        byte[] layer = utf8("a layer");
        byte[] packed = gzip(layer);
        byte[] zstd = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1, 2, 3};
        for (byte[] blob : List.of(layer, packed, zstd)) {
            String file = "blobs/sha256/" + hex(blob);
            assertThat(verified(dockerArchive(file, blob, layer)).images()).hasSize(1);
            assertMismatch(dockerArchive(file, utf8("spoilt"), layer), file, utf8("spoilt"), blob);
        }
    }

    @Test
    void aLayerWithoutADigestInItsNameIsComparedBeforeCompression() throws IOException {
        byte[] layer = utf8("a layer");
        for (byte[] file : List.of(layer, gzip(layer))) {
            assertThat(verified(dockerArchive("one/layer.tar", file, layer)).images())
                    .hasSize(1);
        }
        for (byte[] file : List.of(utf8("spoilt"), gzip(utf8("spoilt")))) {
            assertMismatch(dockerArchive("one/layer.tar", file, layer), "one/layer.tar", utf8("spoilt"), layer);
        }
    }

    @Test
    void aLayerThatOnlyEnginesCanDecompressIsLeftToThem() throws IOException {
        for (byte[] file : List.of(
                new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 1},
                new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0},
                utf8("BZh9"))) {
            assertThat(verified(dockerArchive("one/layer.tar", file, utf8("a layer")))
                            .images())
                    .hasSize(1);
        }
    }

    @Test
    void aConfigurationIsComparedWithItsNameBeforeALayerIsRead() throws IOException {
        for (String file :
                List.of(hex(config()) + ".json", "sha256:" + hex(config()), "blobs/sha256/" + hex(config()))) {
            byte[] spoilt = utf8("{}");
            Path archive = Files.write(
                    folder.resolve("config.tar"),
                    new TarArchive()
                            .file(file, 0644, spoilt)
                            .file("manifest.json", 0644, utf8("[{\"Config\":\"" + file + "\",\"Layers\":[]}]"))
                            .toBytes());
            assertThatThrownBy(() -> ArchiveIndex.read(archive, "amd64"))
                    .hasMessageContaining(mismatch(file, spoilt, config()));
        }
    }

    private ArchiveIndex verified(byte[] archive) throws IOException {
        return ArchiveIndex.verify(Files.write(folder.resolve("some.tar"), archive), "amd64");
    }

    private void assertMismatch(byte[] archive, String file, byte[] found, byte[] expected) {
        assertThatThrownBy(() -> verified(archive))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("read the image archive")
                        .on("some.tar")
                        .because(mismatch(file, found, expected))
                        .cure("write it again"));
    }

    private static String mismatch(String file, byte[] found, byte[] expected) {
        return "its file " + file + " has the digest sha256:" + hex(found) + " and should have sha256:" + hex(expected);
    }

    private static byte[] dockerArchive(String file, byte[] content, byte[] layer) {
        return new TarArchive()
                .file(file, 0644, content)
                .file("config.json", 0644, config("\"sha256:" + hex(layer) + "\""))
                .file("manifest.json", 0644, utf8("[{\"Config\":\"config.json\",\"Layers\":[\"" + file + "\"]}]"))
                .toBytes();
    }

    private static byte[] config(String... layers) {
        return utf8("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[" + String.join(",", layers)
                + "]}}");
    }

    private static String hex(byte[] content) {
        return Sha256.hex(content);
    }

    @Test
    void aFileThatIsNoArchiveIsRefusedInPlainWords() throws IOException {
        assertRefused(utf8("no archive at all ".repeat(100)), "it is neither a tar archive");
        assertRefused(gzip(utf8("no archive at all ".repeat(100))), "it is neither a tar archive");
        assertRefused(new byte[] {0x1f, (byte) 0x8b, 7, 7, 7, 7}, "it is neither a tar archive");
        assertRefused(utf8("a short text"), "it is neither a tar archive");
    }

    @Test
    void aFileThatIsGoneIsNamedOnce() {
        Path gone = folder.resolve("gone.tar");
        assertThatThrownBy(() -> ArchiveIndex.read(gone, "amd64"))
                .isInstanceOf(ImageTransferException.class)
                .hasMessage("Tried to read the image archive " + gone
                        + " but it can't be used: no such file or folder; write it again with `docker save`.");
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
            assertRefused(cut, "it is damaged or incomplete, in second/layer.tar or after it");
        }
    }

    /** Only zeros follow the content of the last file, and a reader need not read them. */
    @Test
    void anArchiveThatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] layer = utf8("a layer");
        byte[] whole = dockerArchive("one/layer.tar", layer, layer);
        int end = whole.length;
        while (whole[end - 1] == 0) {
            end--;
        }
        for (int length = 1; length < end; length++) {
            assertRefused(Arrays.copyOf(whole, length), "it ");
        }
        assertThat(verified(whole).images()).hasSize(1);
    }

    @Test
    void aCompressedArchiveThatIsCutOffAnywhereIsRefusedOrWhole() throws IOException {
        byte[] layer = utf8("a layer");
        byte[] packed = gzip(dockerArchive("one/layer.tar", layer, layer));
        for (int length = 1; length < packed.length / 2; length++) {
            assertRefused(Arrays.copyOf(packed, length), "it ");
        }
        for (int length = packed.length / 2; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            try {
                assertThat(verified(cut).images()).as("%d bytes", length).hasSize(1);
            } catch (ImageTransferException e) {
                ErrorSentence.of(e).tried("read the image archive").because("it ");
            }
        }
        assertThat(verified(packed).images()).hasSize(1);
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
            manifests.append(manifests.isEmpty() ? "" : ",").append("{\"digest\":\"md5:" + digest + "\"}");
        }
        return utf8("{\"manifests\":[" + manifests + "]}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
