package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.images.OciManifest;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.tar.TarArchive;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The records of containerd for images whose layers are in a seed: their manifests and two databases. They are written as containerd writes
 * them when an engine has loaded the images.
 *
 * @see <a href="https://github.com/containerd/containerd/blob/main/core/metadata/buckets.go">containerd: the buckets of metadata</a>
 * @see <a href="https://github.com/containerd/containerd/blob/main/core/snapshots/storage/bolt.go">containerd: those of snapshots</a>
 */
final class ContainerdDatabases {

    private static final String ROOT = "containerd/daemon/";
    private static final String BLOBS = ROOT + "io.containerd.content.v1.content/blobs/sha256/";
    static final String SNAPSHOTTER = "overlayfs";
    static final String NAMESPACE = "moby";

    /** The version of the schema. All versions of containerd in engines can read it; newer ones migrate it. */
    private static final int VERSION = 3;

    private static final byte COMMITTED = 3;

    /** The seconds since the first of January of the year 1, at which Go's clock begins. */
    private static final long SECONDS_TO_1970 = 62_135_596_800L;

    private final List<SourceImage> images;
    private final List<Layer> layers;
    private final Map<String, Long> configSizes;
    private final byte[] now = time(Instant.now());

    /**
     * A layer in the seed.
     *
     * @param chainId its chain ID
     * @param parent the chain ID of the layer below it, or empty
     * @param diffId the digest of its archive
     * @param bytes the disk space of its files
     * @param files the number of its files and folders
     * @param archiveBytes the length of its archive
     */
    record Layer(String chainId, String parent, String diffId, long bytes, long files, long archiveBytes) {}

    private ContainerdDatabases(List<SourceImage> images, List<Layer> layers, Map<String, Long> configSizes) {
        this.images = images;
        this.layers = layers;
        this.configSizes = configSizes;
    }

    /**
     * Packs the files into an archive for the seed's folder.
     *
     * @param description the filler's output: for each layer its kilobytes, its number of files and the length of its archive, then the
     * length of each configuration
     * @param mount the path of the seed in daemon containers
     */
    static byte[] pack(SeedContent content, String description, String mount) {
        long[] numbers = numbers(description);
        Map<String, Layer> layers = new LinkedHashMap<>();
        int next = 0;
        for (SourceImage image : content.images()) {
            String parent = "";
            for (int i = 0; i < image.layers().size(); i++) {
                String chain = image.content().chainIds().get(i);
                if (!layers.containsKey(chain)) {
                    layers.put(
                            chain,
                            new Layer(
                                    chain,
                                    parent,
                                    image.layers().get(i),
                                    1024 * number(numbers, next),
                                    number(numbers, next + 1),
                                    number(numbers, next + 2)));
                    next += 3;
                }
                parent = chain;
            }
        }
        Map<String, Long> configSizes = new LinkedHashMap<>();
        for (SourceImage image : content.images()) {
            if (!configSizes.containsKey(image.id())) {
                configSizes.put(image.id(), number(numbers, next));
                next++;
            }
        }
        if (next != numbers.length) {
            throw new SeedException("the filler has described " + numbers.length + " things and not " + next);
        }
        return new ContainerdDatabases(content.images(), List.copyOf(layers.values()), configSizes).archive(mount);
    }

    private static long[] numbers(String description) {
        try {
            return List.of(description.strip().split(" ")).stream()
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (NumberFormatException e) {
            throw new SeedException("the filler has described the layers as \"" + description + "\"");
        }
    }

    private static long number(long[] numbers, int index) {
        if (index >= numbers.length) {
            throw new SeedException("the filler has described only " + numbers.length + " things");
        }
        return numbers[index];
    }

    private byte[] archive(String mount) {
        Map<String, Long> archiveSizes = new HashMap<>();
        layers.forEach(layer -> archiveSizes.put(layer.diffId, layer.archiveBytes));
        Map<SourceImage, OciManifest> manifests = new LinkedHashMap<>();
        images.forEach(image -> manifests.put(
                image,
                OciManifest.of(
                        image,
                        configSizes.getOrDefault(image.id(), 0L),
                        layer -> archiveSizes.getOrDefault(layer, 0L))));
        TarArchive tar = new TarArchive();
        Set<String> packed = new LinkedHashSet<>();
        manifests.values().stream()
                .filter(manifest -> packed.add(manifest.digest()))
                .forEach(manifest -> {
                    String blob = BLOBS + Sha256.hexDigits(manifest.digest());
                    tar.file("data/" + blob, 0444, manifest.content())
                            .link("skeleton/" + blob, mount + "/data/" + blob);
                });
        return add(tar, metadata(manifests), snapshots()).toBytes();
    }

    /** Adds the two databases to an archive for the seed's folder. */
    static TarArchive add(TarArchive tar, BoltBucket metadata, BoltBucket snapshots) {
        return tar.file("skeleton/" + ROOT + "io.containerd.metadata.v1.bolt/meta.db", 0644, BoltFile.of(metadata))
                .file(
                        "skeleton/" + ROOT + "io.containerd.snapshotter.v1.overlayfs/metadata.db",
                        0600,
                        BoltFile.of(snapshots));
    }

    private BoltBucket metadata(Map<SourceImage, OciManifest> manifests) {
        BoltBucket root = new BoltBucket();
        BoltBucket version = root.bucket("v1").put("version", signed(VERSION));
        BoltBucket namespace = version.bucket(NAMESPACE);
        BoltBucket blobs = namespace.bucket("content").bucket("blob");
        for (Layer layer : layers) {
            blob(blobs, layer.diffId, layer.archiveBytes)
                    .bucket("labels")
                    .put("containerd.io/uncompressed", layer.diffId);
        }
        BoltBucket names = namespace.bucket("images");
        manifests.forEach((image, manifest) -> {
            BoltBucket config = blob(blobs, image.id(), configSizes.getOrDefault(image.id(), 0L));
            if (!image.layers().isEmpty()) {
                String top = image.content().chainIds().get(image.layers().size() - 1);
                config.bucket("labels").put("containerd.io/gc.ref.snapshot." + SNAPSHOTTER, top);
            }
            BoltBucket labels =
                    blob(blobs, manifest.digest(), manifest.content().length).bucket("labels");
            labels.put("containerd.io/gc.ref.content.config", image.id());
            for (int i = 0; i < image.layers().size(); i++) {
                labels.put("containerd.io/gc.ref.content.l." + i, image.layers().get(i));
            }
            for (String name : manifest.namesOf(image)) {
                dated(names.bucket(name))
                        .bucket("target")
                        .put("digest", manifest.digest())
                        .put("mediatype", OciManifest.TYPE)
                        .put("size", signed(manifest.content().length));
            }
        });
        BoltBucket snapshots = namespace.bucket("snapshots").bucket(SNAPSHOTTER);
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            BoltBucket snapshot = dated(snapshots.bucket(layer.chainId)).put("name", snapshotName(i));
            if (!layer.parent.isEmpty()) {
                snapshot.put("parent", layer.parent);
                snapshots.bucket(layer.parent).bucket("children").put(layer.chainId, new byte[0]);
            }
        }
        snapshots.sequence(layers.size());
        return root;
    }

    private BoltBucket snapshots() {
        BoltBucket root = new BoltBucket();
        BoltBucket version = root.bucket("v1");
        BoltBucket parents = version.bucket("parents");
        BoltBucket snapshots = version.bucket("snapshots");
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            numbers.put(layer.chainId, i);
            BoltBucket snapshot = dated(snapshots.bucket(snapshotName(i)))
                    .put("id", unsigned(i + 1))
                    .put("kind", new byte[] {COMMITTED})
                    .put("size", signed(layer.bytes))
                    .put("inodes", signed(layer.files));
            Integer parent = numbers.get(layer.parent);
            if (parent != null) {
                snapshot.put("parent", snapshotName(parent));
                ByteArrayOutputStream key = new ByteArrayOutputStream();
                key.writeBytes(unsigned(parent + 1));
                key.write(0);
                key.writeBytes(unsigned(i + 1));
                parents.put(key.toByteArray(), snapshotName(i).getBytes(StandardCharsets.UTF_8));
            }
        }
        snapshots.sequence(layers.size());
        return root;
    }

    /** Returns the name of a snapshot that containerd passes to its snapshotter. */
    private String snapshotName(int index) {
        return NAMESPACE + "/" + (index + 1) + "/" + layers.get(index).chainId;
    }

    private BoltBucket blob(BoltBucket blobs, String digest, long size) {
        return dated(blobs.bucket(digest)).put("size", signed(size));
    }

    private BoltBucket dated(BoltBucket bucket) {
        return bucket.put("createdat", now).put("updatedat", now);
    }

    /** Encodes a time like Go's {@code time.Time.MarshalBinary}: a version, seconds, nanoseconds, and -1 for UTC. */
    private static byte[] time(Instant instant) {
        return ByteBuffer.allocate(15)
                .put((byte) 1)
                .putLong(instant.getEpochSecond() + SECONDS_TO_1970)
                .putInt(instant.getNano())
                .putShort((short) -1)
                .array();
    }

    /** Encodes a number like Go's {@code binary.PutVarint}. */
    private static byte[] signed(long number) {
        return unsigned((number << 1) ^ (number >> 63));
    }

    /** Encodes a number like Go's {@code binary.PutUvarint}: seven bits in each byte, the lowest first. */
    private static byte[] unsigned(long number) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long rest = number;
        while (rest >>> 7 != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return bytes.toByteArray();
    }

    /** Decodes the result of {@link #unsigned(long)}. */
    static long unsigned(byte[] bytes) {
        long number = 0;
        for (int i = 0; i < bytes.length; i++) {
            number |= (bytes[i] & 0x7FL) << (7 * i);
        }
        return number;
    }
}
