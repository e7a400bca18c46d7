package io.nesteddocker.internal.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.tar.TarArchive;
import io.nesteddocker.testing.ErrorSentence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which images {@link ArchiveIndex} finds in an archive; {@link ArchiveIndexTest} tests archives that are damaged. */
class ArchiveContentTest {

    private static final byte[] LAYER = utf8("a layer");

    @TempDir
    private Path folder;

    /** Old versions of {@code docker save} write a layer that occurs twice as a link to its first file. */
    @Test
    void aLayerThatIsALinkHasTheFileAndTheSizeOfItsTarget() throws IOException {
        ArchiveIndex index = read(new TarArchive()
                .file("one/layer.tar", 0644, LAYER)
                .link("two/layer.tar", "../one/layer.tar")
                .file("config.json", 0644, config("linux", "amd64", 2))
                .file("manifest.json", 0644, manifest("config.json", "one/layer.tar", "two/layer.tar")));
        assertThat(index.entries())
                .singleElement()
                .extracting(ArchiveIndex.Entry::files)
                .isEqualTo(List.of("one/layer.tar", "one/layer.tar"));
        assertThat(index.images())
                .singleElement()
                .satisfies(image -> assertThat(image.content().sizeInBytes()).isEqualTo(2 * LAYER.length));
    }

    @Test
    void aLinkToNothingIsAMissingLayer() throws IOException {
        TarArchive archive = new TarArchive()
                .link("two/layer.tar", "../one/layer.tar")
                .file("config.json", 0644, config("linux", "amd64", 1))
                .file("manifest.json", 0644, manifest("config.json", "two/layer.tar"));
        assertRefused(archive, "its layer two/layer.tar is missing", "write it again");
    }

    @Test
    void namesMayBeginWithTheFolderOfTheArchive() throws IOException {
        ArchiveIndex index = read(new TarArchive()
                .file("./one/layer.tar", 0644, LAYER)
                .file("././config.json", 0644, config("linux", "amd64", 1))
                .file("./manifest.json", 0644, manifest("./config.json", "./one/layer.tar")));
        assertThat(index.entries())
                .singleElement()
                .extracting(ArchiveIndex.Entry::files)
                .isEqualTo(List.of("one/layer.tar"));
        assertThat(index.sizeOf("one/layer.tar")).isEqualTo(LAYER.length);
        assertThat(index.sizeOf("no/layer.tar")).isZero();
        assertThat(index.isOciLayout()).isFalse();
    }

    @Test
    void aConfigurationWithAnotherNumberOfLayersIsRefused() throws IOException {
        TarArchive archive = new TarArchive()
                .file("one/layer.tar", 0644, LAYER)
                .file("config.json", 0644, config("linux", "amd64", 2))
                .file("manifest.json", 0644, manifest("config.json", "one/layer.tar"));
        assertRefused(archive, "has 2 layers but names 1 files", "write it again");
    }

    @Test
    void aManifestWithoutImagesIsRefused() throws IOException {
        assertRefused(new TarArchive().file("manifest.json", 0644, utf8("[]")), "it holds no image", "write it again");
        assertRefused(
                new TarArchive().file("other.json", 0644, utf8("{}")),
                "it has neither a manifest.json nor an index.json",
                "write it again");
    }

    @ParameterizedTest
    @CsvSource({"linux, arm64", "windows, amd64"})
    void anImageForAnotherPlatformIsRefused(String system, String architecture) throws IOException {
        TarArchive archive = new TarArchive()
                .file("config.json", 0644, config(system, architecture, 0))
                .file("manifest.json", 0644, manifest("config.json"));
        assertRefused(
                archive,
                "it is for " + system + "/" + architecture + " and the inner engine is linux/amd64",
                "save the image for linux/amd64");
    }

    @Test
    void ofSeveralPlatformsTheOneOfTheEngineIsTaken() throws IOException {
        TarArchive archive = new TarArchive();
        String amd64 = addImage(archive, "amd64");
        String arm64 = addImage(archive, "arm64");
        archive.file("oci-layout", 0644, utf8("{\"imageLayoutVersion\":\"1.0.0\"}"))
                .file(
                        "index.json",
                        0644,
                        utf8("{\"manifests\":[" + descriptor(arm64, "linux", "arm64") + ","
                                + descriptor("0".repeat(64), "unknown", "unknown") + ","
                                + descriptor(amd64, "linux", "amd64") + "]}"));
        Path file = Files.write(folder.resolve("several.tar"), archive.toBytes());
        for (String architecture : List.of("amd64", "arm64")) {
            ArchiveIndex index = ArchiveIndex.verify(file, architecture);
            assertThat(index.isOciLayout()).isTrue();
            assertThat(index.images())
                    .singleElement()
                    .satisfies(
                            image -> assertThat(image.content().architecture()).isEqualTo(architecture));
        }
        assertThatThrownBy(() -> ArchiveIndex.read(file, "s390x"))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("take images from the archive")
                        .on(file.toString())
                        .because("it has images for linux/arm64, linux/amd64 only")
                        .cure("save the image for linux/s390x"));
    }

    @Test
    void aNameWithADigestIsADigestAndNoTag() throws IOException {
        TarArchive archive = new TarArchive();
        String image = addImage(archive, "amd64");
        String digest = "alpine@sha256:" + "0".repeat(64);
        archive.file("oci-layout", 0644, utf8("{\"imageLayoutVersion\":\"1.0.0\"}"))
                .file(
                        "index.json",
                        0644,
                        utf8("{\"manifests\":[{\"digest\":\"sha256:" + image
                                + "\",\"annotations\":{\"io.containerd.image.name\":\"docker.io/library/" + digest
                                + "\"}}]}"));
        assertThat(read(archive).images()).singleElement().satisfies(found -> {
            assertThat(found.tags()).isEmpty();
            assertThat(found.namedDigests()).containsExactly(digest);
            assertThat(found.title()).isEqualTo(digest);
        });
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "docker.io/library/alpine:3, 3, docker.io/library/alpine:3",
                "-, alpine:3, alpine:3",
                "-, localhost/alpine, localhost/alpine",
                "-, 3, the-name-above",
                "-, -, the-name-above"
            })
    void aNameComesFromTheAnnotationsUnlessItIsOnlyATag(String containerd, String oci, String name) throws IOException {
        StringBuilder annotations = new StringBuilder("{\"other\":\"a/b\"");
        if (containerd != null) {
            annotations
                    .append(",\"io.containerd.image.name\":\"")
                    .append(containerd)
                    .append('"');
        }
        if (oci != null) {
            annotations
                    .append(",\"org.opencontainers.image.ref.name\":\"")
                    .append(oci)
                    .append('"');
        }
        assertThat(ArchiveIndex.nameIn(
                        new ObjectMapper().readTree("{\"annotations\":" + annotations + "}}"), "the-name-above"))
                .isEqualTo(name);
    }

    private ArchiveIndex read(TarArchive archive) throws IOException {
        return ArchiveIndex.read(Files.write(folder.resolve("some.tar"), archive.toBytes()), "amd64");
    }

    private void assertRefused(TarArchive archive, String reason, String cure) {
        assertThatThrownBy(() -> read(archive))
                .isInstanceOf(ImageTransferException.class)
                .satisfies(e -> ErrorSentence.of(e)
                        .tried("archive")
                        .on("some.tar")
                        .because(reason)
                        .cure(cure));
    }

    /** Adds an image without layers to an OCI layout, and returns the digest of its manifest. */
    private static String addImage(TarArchive layout, String architecture) {
        String config = addBlob(layout, config("linux", architecture, 0));
        return addBlob(layout, utf8("{\"config\":{\"digest\":\"sha256:" + config + "\"},\"layers\":[]}"));
    }

    private static String addBlob(TarArchive layout, byte[] content) {
        String digest = Sha256.hex(content);
        layout.file("blobs/sha256/" + digest, 0644, content);
        return digest;
    }

    private static String descriptor(String digest, String system, String architecture) {
        return "{\"digest\":\"sha256:" + digest + "\",\"platform\":{\"os\":\"" + system + "\",\"architecture\":\""
                + architecture + "\"}}";
    }

    private static byte[] manifest(String config, String... layers) {
        String files = layers.length == 0 ? "" : "\"" + String.join("\",\"", layers) + "\"";
        return utf8("[{\"Config\":\"" + config + "\",\"RepoTags\":[\"alpine:3\"],\"Layers\":[" + files + "]}]");
    }

    private static byte[] config(String system, String architecture, int layers) {
        String digest = "\"sha256:" + Sha256.hex(LAYER) + "\"";
        String digests = String.join(",", Collections.nCopies(layers, digest));
        return utf8("{\"architecture\":\"" + architecture + "\",\"os\":\"" + system + "\",\"rootfs\":{\"diff_ids\":["
                + digests + "]}}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
