package io.nesteddocker.internal.seeds;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.images.SourceImage.Names;
import io.nesteddocker.internal.outer.ImageContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the records of a seed, read back from the databases. {@link OuterContainerd} reads such records from an engine, so it must find the
 * images in these databases too.
 */
class ContainerdDatabasesTest {

    private static final String MOUNT = "/seed";
    private static final String METADATA = "skeleton/containerd/daemon/io.containerd.metadata.v1.bolt/meta.db";
    private static final String SNAPSHOTS =
            "skeleton/containerd/daemon/io.containerd.snapshotter.v1.overlayfs/metadata.db";
    private static final String BLOBS = "containerd/daemon/io.containerd.content.v1.content/blobs/sha256/";

    private static final String LOW = "sha256:" + "a".repeat(64);
    private static final String HIGH = "sha256:" + "b".repeat(64);
    private static final String OTHER = "sha256:" + "c".repeat(64);
    private static final String ONE = "sha256:" + "1".repeat(64);
    private static final String TWO = "sha256:" + "2".repeat(64);

    private static final SourceImage FIRST = image(ONE, List.of("alpine:3"), LOW, HIGH);
    private static final SourceImage SECOND = image(TWO, List.of(), LOW, OTHER);

    /** Three numbers for each of three layers, then the length of each configuration. */
    private static final String DESCRIPTION = "10 11 12000 20 21 22000 30 31 32000 400 500\n";

    @Test
    void aLayerThatTwoImagesShareIsRecordedOnce() throws IOException {
        Map<String, byte[]> files = pack(DESCRIPTION, FIRST, SECOND);
        BoltBucket snapshots = BoltFile.read(files.get(SNAPSHOTS)).find("v1").find("snapshots");
        String high = Sha256.digest(LOW + " " + HIGH);
        String other = Sha256.digest(LOW + " " + OTHER);
        assertThat(snapshots.names()).containsExactly("moby/1/" + LOW, "moby/2/" + high, "moby/3/" + other);
        assertThat(snapshots.sequence()).isEqualTo(3);
        assertThat(snapshots.find("moby/1/" + LOW).text("parent")).isEmpty();
        assertThat(snapshots.find("moby/2/" + high).text("parent")).isEqualTo("moby/1/" + LOW);
        assertThat(snapshots.find("moby/3/" + other).text("parent")).isEqualTo("moby/1/" + LOW);
        BoltBucket records = namespace(files).find("snapshots").find("overlayfs");
        assertThat(records.find(LOW).find("children").names()).containsExactlyInAnyOrder(high, other);
        assertThat(records.find(other).text("name")).isEqualTo("moby/3/" + other);
    }

    /** Containerd encodes sizes as signed numbers, whose lowest bit is the sign, and IDs as unsigned ones. */
    @Test
    void theNumbersOfTheFillerAreInTheRecords() throws IOException {
        Map<String, byte[]> files = pack(DESCRIPTION, FIRST, SECOND);
        BoltBucket last = BoltFile.read(files.get(SNAPSHOTS))
                .find("v1")
                .find("snapshots")
                .find("moby/3/" + Sha256.digest(LOW + " " + OTHER));
        assertThat(number(last, "id")).isEqualTo(3);
        assertThat(number(last, "size")).isEqualTo(2 * 30 * 1024);
        assertThat(number(last, "inodes")).isEqualTo(2 * 31);
        BoltBucket blobs = namespace(files).find("content").find("blob");
        assertThat(number(blobs.find(OTHER), "size")).isEqualTo(2 * 32_000);
        assertThat(number(blobs.find(ONE), "size")).isEqualTo(2 * 400);
        assertThat(number(blobs.find(TWO), "size")).isEqualTo(2 * 500);
    }

    @Test
    void eachManifestIsAFileWithItsDigestAsItsNameAndKeepsItsBlobs() throws IOException {
        Map<String, byte[]> files = pack(DESCRIPTION, FIRST, SECOND);
        BoltBucket images = namespace(files).find("images");
        String digest = images.find("docker.io/library/alpine:3").find("target").text("digest");
        byte[] manifest = files.get("data/" + BLOBS + Sha256.hexDigits(digest));
        assertThat(Sha256.digest(manifest)).isEqualTo(digest);
        JsonNode layers = new ObjectMapper().readTree(manifest).path("layers");
        assertThat(layers.findValuesAsText("digest")).containsExactly(LOW, HIGH);
        assertThat(layers.findValuesAsText("size")).containsExactly("12000", "22000");
        BoltBucket labels =
                namespace(files).find("content").find("blob").find(digest).find("labels");
        assertThat(labels.text("containerd.io/gc.ref.content.config")).isEqualTo(ONE);
        assertThat(labels.text("containerd.io/gc.ref.content.l.0")).isEqualTo(LOW);
        assertThat(labels.text("containerd.io/gc.ref.content.l.1")).isEqualTo(HIGH);
        assertThat(images.names())
                .hasSize(2)
                .anySatisfy(name -> assertThat(name).startsWith("moby-dangling@sha256:"));
    }

    @Test
    void anImageWithoutLayersHasNoSnapshot() throws IOException {
        Map<String, byte[]> files = pack("7", image(ONE, List.of("empty:1")));
        assertThat(BoltFile.read(files.get(SNAPSHOTS))
                        .find("v1")
                        .find("snapshots")
                        .names())
                .isEmpty();
        BoltBucket config = namespace(files).find("content").find("blob").find(ONE);
        assertThat(number(config, "size")).isEqualTo(2 * 7);
        assertThat(config.find("labels").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no numbers",
                "10 11",
                "10 11 12000 20 21 22000 30 31 32000 400",
                "10 11 12000 20 21 22000 30 31 32000 400 500 600",
                "10 11 12000  20 21 22000 30 31 32000 400 500",
                "10 11 12000 20 21 22000 30 31 32000 400 99999999999999999999"
            })
    void aDescriptionThatDoesNotFitTheImagesIsRefused(String description) {
        assertThatExceptionOfType(SeedException.class)
                .isThrownBy(() -> pack(description, FIRST, SECOND))
                .withMessageStartingWith("the filler has described");
    }

    @Test
    void theReaderOfAnEnginesDatabasesFindsTheImages() throws IOException {
        Map<String, byte[]> files = pack(DESCRIPTION, FIRST, SECOND);
        SourceImage loaded = image(digestOf(files, "docker.io/library/alpine:3"), List.of("copy:1"), LOW, HIGH);

        Map<String, byte[]> copied = unpack(OuterContainerd.pack(
                new SeedContent(ImageStore.CONTAINERD, List.of(loaded)), files.get(METADATA), files.get(SNAPSHOTS)));

        assertThat(new String(copied.get("blobs"), UTF_8).lines())
                .containsExactlyInAnyOrder(hex(loaded.id()), hex(ONE), hex(LOW), hex(HIGH));
        assertThat(new String(copied.get("snapshots"), UTF_8).lines()).containsExactly("1", "2");
        BoltBucket records = namespace(copied);
        assertThat(records.find("images").names()).containsExactly("docker.io/library/copy:1");
        assertThat(records.find("content").find("blob").names()).doesNotContain(TWO, OTHER);
        assertThat(records.find("snapshots")
                        .find("overlayfs")
                        .find(LOW)
                        .find("children")
                        .names())
                .as("the children of a layer, without those of other images")
                .containsExactly(Sha256.digest(LOW + " " + HIGH));
        BoltBucket backend = BoltFile.read(copied.get(SNAPSHOTS)).find("v1").find("snapshots");
        assertThat(backend.names()).hasSize(2);
        assertThat(backend.sequence())
                .as("the last ID that the engine has assigned")
                .isEqualTo(3);
    }

    @Test
    void anImageThatTheEngineDoesNotHaveIsRefused() throws IOException {
        Map<String, byte[]> files = pack(DESCRIPTION, FIRST, SECOND);
        SourceImage unknown = image("sha256:" + "9".repeat(64), List.of("gone:1"), LOW);
        assertThatExceptionOfType(SeedException.class)
                .isThrownBy(() -> OuterContainerd.pack(
                        new SeedContent(ImageStore.CONTAINERD, List.of(unknown)),
                        files.get(METADATA),
                        files.get(SNAPSHOTS)))
                .withMessage("the outer engine's containerd does not have the image gone:1");
    }

    @Test
    void anImageWhoseLayersWereNotUnpackedIsRefused() throws IOException {
        Map<String, byte[]> files = pack(DESCRIPTION, FIRST, SECOND);
        SourceImage loaded = image(digestOf(files, "docker.io/library/alpine:3"), List.of("alpine:3"), LOW, HIGH);
        byte[] noSnapshots = BoltFile.of(new BoltBucket());
        assertThatExceptionOfType(SeedException.class)
                .isThrownBy(() -> OuterContainerd.pack(
                        new SeedContent(ImageStore.CONTAINERD, List.of(loaded)), files.get(METADATA), noSnapshots))
                .withMessage("the outer engine's containerd has not unpacked the image alpine:3");
    }

    @Test
    void unsignedNumbersHaveSevenBitsInEachByte() {
        assertThat(ContainerdDatabases.unsigned(new byte[] {0})).isZero();
        assertThat(ContainerdDatabases.unsigned(new byte[] {0x7f})).isEqualTo(127);
        assertThat(ContainerdDatabases.unsigned(new byte[] {(byte) 0x80, 1})).isEqualTo(128);
        assertThat(ContainerdDatabases.unsigned(new byte[] {(byte) 0xac, 2})).isEqualTo(300);
        assertThat(ContainerdDatabases.unsigned(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 0x7f}))
                .isEqualTo(Long.MAX_VALUE);
    }

    private static Map<String, byte[]> pack(String description, SourceImage... images) throws IOException {
        return unpack(
                ContainerdDatabases.pack(new SeedContent(ImageStore.CONTAINERD, List.of(images)), description, MOUNT));
    }

    private static Map<String, byte[]> unpack(byte[] archive) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(archive));
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            files.put(entry.getName(), tar.readAllBytes());
        }
        return files;
    }

    private static BoltBucket namespace(Map<String, byte[]> files) {
        return BoltFile.read(files.get(METADATA)).find("v1").find("moby");
    }

    private static String digestOf(Map<String, byte[]> files, String name) {
        return namespace(files).find("images").find(name).find("target").text("digest");
    }

    private static long number(BoltBucket bucket, String key) {
        return ContainerdDatabases.unsigned(bucket.value(key));
    }

    private static String hex(String digest) {
        return Sha256.hexDigits(digest);
    }

    private static SourceImage image(String id, List<String> tags, String... layers) {
        return new SourceImage(
                id,
                new Names(tags, List.of(), List.of()),
                new ImageContent("linux", "amd64", List.of(layers), 0, ""),
                Optional.empty());
    }
}
