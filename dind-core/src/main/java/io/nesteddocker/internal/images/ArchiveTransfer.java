package io.nesteddocker.internal.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.registry.ImageReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Sends images from an archive file: the layers that an engine lacks, or, to engines with the containerd image store, all files of an old
 * archive and the blobs of an OCI layout that they lack. All engines of one transfer have the same kind of store.
 */
final class ArchiveTransfer implements TransferMethod {

    private static final String INDEX = "index.json";
    private static final String NAME = "io.containerd.image.name";

    private final Path path;
    private final String architecture;
    private final Cancellation cancellation;

    ArchiveTransfer(Path path, String architecture, Cancellation cancellation) {
        this.path = path;
        this.architecture = architecture;
        this.cancellation = cancellation;
    }

    @Override
    public String description() {
        return "the archive";
    }

    @Override
    public void send(List<Delivery> deliveries, TransferProgress progress) throws IOException, InterruptedException {
        ArchiveIndex index = ArchiveIndex.verify(path, architecture);
        boolean whole = deliveries.get(0).target().isContainerdStore();
        Map<String, String> layers = new HashMap<>();
        Map<String, byte[]> configs = new HashMap<>();
        for (ArchiveIndex.Entry entry : index.entries()) {
            configs.put(entry.image().id(), entry.config());
            for (int i = 0; i < entry.files().size(); i++) {
                layers.put(entry.files().get(i), entry.image().layers().get(i));
            }
        }
        readFiles(deliveries, whole, index.isOciLayout(), layers, progress);
        if (!whole) {
            for (Delivery delivery : deliveries) {
                ArchiveWriter.documents(delivery, configs, layer -> 0);
            }
        }
    }

    private void readFiles(
            List<Delivery> deliveries,
            boolean whole,
            boolean byDigest,
            Map<String, String> layers,
            TransferProgress progress)
            throws IOException, InterruptedException {
        Set<String> sent = new HashSet<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(ArchiveIndex.open(path))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                cancellation.throwIfCancelled();
                String name = entry.getName().replaceFirst("^(\\./)+", "");
                String layer = layers.get(name);
                if (whole && entry.getName().equals(INDEX)) {
                    byte[] index = withFullNames(tar.readAllBytes());
                    for (Delivery delivery : deliveries) {
                        delivery.file(INDEX, index);
                    }
                } else if (whole) {
                    String blob = byDigest ? ContentDigest.inName(name) : "";
                    List<Delivery> takers = Delivery.lacking(deliveries, layer, blob);
                    if (!takers.isEmpty()) {
                        Delivery.copy(takers, entry, tar, progress);
                        if (layer != null) {
                            progress.layerDone();
                        }
                    }
                } else if (layer != null
                        && deliveries.stream().anyMatch(delivery -> delivery.lacks(layer))
                        && sent.add(layer)) {
                    ArchiveWriter.layer(deliveries, layer, entry.getSize(), tar, progress);
                }
            }
        }
    }

    /** Replaces short names in an index by full ones; the containerd store would list a short name beside the full one. */
    private static byte[] withFullNames(byte[] index) throws IOException {
        JsonNode document = Delivery.JSON.readTree(index);
        for (JsonNode descriptor : document.path("manifests")) {
            String name = ArchiveIndex.nameIn(descriptor, null);
            if (name != null && descriptor.path("annotations") instanceof ObjectNode annotations) {
                annotations.put(NAME, ImageReference.full(name));
            }
        }
        return Delivery.JSON.writeValueAsBytes(document);
    }
}
