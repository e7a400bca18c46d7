package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nesteddocker.ImageTransferException;
import io.nesteddocker.testing.ErrorSentence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
