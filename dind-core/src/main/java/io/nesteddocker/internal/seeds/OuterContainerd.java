package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.images.OciManifest;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.tar.TarArchive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The records of an outer engine's containerd for some images, copied from its two databases for a seed. They are copied unchanged,
 * including the IDs; {@link ContainerdDatabases} describes them. For use by one thread.
 */
final class OuterContainerd {

    private static final String REFERENCE = "containerd.io/gc.ref.content";
    private static final String SNAPSHOT_REFERENCE = "containerd.io/gc.ref.snapshot." + ContainerdDatabases.SNAPSHOTTER;

    private final BoltBucket version;
    private final BoltBucket outer;
    private final BoltBucket outerSnapshots;
    private final BoltBucket outerBackend;
    private final Set<String> blobs = new LinkedHashSet<>();
    private final Set<String> snapshots = new LinkedHashSet<>();

    private OuterContainerd(byte[] metadata, byte[] backend) {
        version = BoltFile.read(metadata).find("v1");
        outer = version.find(ContainerdDatabases.NAMESPACE);
        outerSnapshots = outer.find("snapshots").find(ContainerdDatabases.SNAPSHOTTER);
        outerBackend = BoltFile.read(backend).find("v1");
    }

    /**
     * Packs the files that the filler needs in the seed's folder: the lists {@code blobs} and {@code snapshots}, and the seed's own
     * databases.
     *
     * @param metadata a copy of {@code meta.db}
     * @param backend a copy of the snapshotter's {@code metadata.db}
     * @throws SeedException if the databases do not contain the images
     */
    static byte[] pack(SeedContent content, byte[] metadata, byte[] backend) {
        OuterContainerd containerd = new OuterContainerd(metadata, backend);
        BoltBucket images = new BoltBucket();
        for (SourceImage image : content.images()) {
            containerd.collect(image);
            containerd.name(image, images);
        }
        return containerd.archive(images);
    }

    /** Adds everything that an image needs and containerd has; for other platforms, it may have nothing. */
    private void collect(SourceImage image) {
        Deque<String> waiting = new ArrayDeque<>(List.of(image.id()));
        while (!waiting.isEmpty()) {
            String digest = waiting.remove();
            BoltBucket blob = outer.find("content").find("blob").find(digest);
            if (blob.isEmpty() || !blobs.add(digest)) {
                continue;
            }
            BoltBucket labels = blob.find("labels");
            for (String label : labels.names()) {
                if (label.startsWith(REFERENCE)) {
                    waiting.add(labels.text(label));
                } else if (label.equals(SNAPSHOT_REFERENCE)) {
                    collectSnapshots(labels.text(label));
                }
            }
        }
        if (!blobs.contains(image.id())) {
            throw new SeedException("the outer engine's containerd does not have the image " + image.title());
        }
        List<String> chains = image.content().chainIds();
        if (!chains.isEmpty() && !snapshots.contains(chains.get(chains.size() - 1))) {
            throw new SeedException("the outer engine's containerd has not unpacked the image " + image.title());
        }
    }

    /** Adds a layer and the layers below it, unless one is missing, which is possible for other platforms. */
    private void collectSnapshots(String top) {
        Set<String> found = new LinkedHashSet<>();
        for (String chain = top; !chain.isEmpty() && !snapshots.contains(chain) && found.add(chain); ) {
            if (backendOf(chain).isEmpty()) {
                return;
            }
            chain = outerSnapshots.find(chain).text("parent");
        }
        snapshots.addAll(found);
    }

    private BoltBucket backendOf(String chain) {
        return outerBackend.find("snapshots").find(outerSnapshots.find(chain).text("name"));
    }

    /** Adds a record for each name of an image; all of them have the same target. */
    private void name(SourceImage image, BoltBucket images) {
        BoltBucket there = outer.find("images");
        BoltBucket record = there.names().stream()
                .map(there::find)
                .filter(candidate -> candidate.find("target").text("digest").equals(image.id()))
                .findFirst()
                .orElseThrow(() ->
                        new SeedException("the outer engine's containerd does not list the image " + image.title()));
        for (String name : OciManifest.namesOf(image, image.id())) {
            images.bucket(name)
                    .put("createdat", record.value("createdat"))
                    .put("updatedat", record.value("updatedat"))
                    .put("target", record.find("target"));
        }
    }

    private byte[] archive(BoltBucket images) {
        TarArchive tar = new TarArchive()
                .file(
                        "blobs",
                        0600,
                        Filler.lines(blobs.stream().map(Sha256::hexDigits).toList()))
                .file("snapshots", 0600, Filler.lines(numbers()));
        return ContainerdDatabases.add(tar, metadata(images), backend()).toBytes();
    }

    private Set<String> numbers() {
        Set<String> numbers = new TreeSet<>();
        snapshots.forEach(chain -> numbers.add(
                String.valueOf(ContainerdDatabases.unsigned(backendOf(chain).value("id")))));
        return numbers;
    }

    private BoltBucket metadata(BoltBucket images) {
        BoltBucket root = new BoltBucket();
        BoltBucket namespace =
                root.bucket("v1").put("version", version.value("version")).bucket(ContainerdDatabases.NAMESPACE);
        namespace.put("images", images);
        BoltBucket newBlobs = namespace.bucket("content").bucket("blob");
        blobs.forEach(digest ->
                newBlobs.put(digest, outer.find("content").find("blob").find(digest)));
        BoltBucket newSnapshots = namespace.bucket("snapshots").bucket(ContainerdDatabases.SNAPSHOTTER);
        newSnapshots.sequence(outerSnapshots.sequence());
        for (String chain : snapshots) {
            BoltBucket there = outerSnapshots.find(chain);
            BoltBucket snapshot = newSnapshots.bucket(chain);
            there.forEachValue(snapshot::put);
            if (!there.find("labels").isEmpty()) {
                snapshot.put("labels", there.find("labels"));
            }
            there.find("children").names().stream()
                    .filter(snapshots::contains)
                    .forEach(child -> snapshot.bucket("children").put(child, new byte[0]));
        }
        return root;
    }

    private BoltBucket backend() {
        BoltBucket root = new BoltBucket();
        BoltBucket newSnapshots = root.bucket("v1").bucket("snapshots");
        newSnapshots.sequence(outerBackend.find("snapshots").sequence());
        Set<String> names = new LinkedHashSet<>();
        for (String chain : snapshots) {
            String name = outerSnapshots.find(chain).text("name");
            names.add(name);
            newSnapshots.put(name, backendOf(chain));
        }
        BoltBucket parents = root.bucket("v1").bucket("parents");
        outerBackend.find("parents").forEachValue((key, child) -> {
            if (names.contains(new String(child, StandardCharsets.UTF_8))) {
                parents.put(key, child);
            }
        });
        return root;
    }
}
