package io.nesteddocker.internal.images;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.registry.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Writes image archives that contain only the layers that the engine lacks.
 *
 * <p>A classic store receives the format of {@code docker save}: it needs no file for a layer if it has one with the same chain ID. A
 * containerd store receives an OCI layout: it needs no blob if it has one with the same digest.
 */
final class ArchiveWriter {

    static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
    private static final String MANIFEST = "manifest.json";

    private ArchiveWriter() {}

    /** Copies one layer to all engines that lack it, and reads it only once. */
    static void layer(
            List<Delivery> deliveries, String layer, long size, InputStream content, TransferProgress progress)
            throws IOException, InterruptedException {
        List<Delivery> lacking =
                deliveries.stream().filter(delivery -> delivery.lacks(layer)).toList();
        for (Delivery delivery : lacking) {
            delivery.begin(layerFile(delivery, layer), size);
        }
        Delivery.copy(lacking, "the layer " + layer, size, content, progress);
        progress.layerDone();
    }

    /** Copies one blob to some engines, and reads it only once. */
    static void blob(List<Delivery> takers, String digest, long size, InputStream content, TransferProgress progress)
            throws IOException, InterruptedException {
        for (Delivery delivery : takers) {
            delivery.begin(blob(digest), size);
        }
        Delivery.copy(takers, "the layer " + digest, size, content, progress);
        progress.layerDone();
    }

    private static String layerFile(Delivery delivery, String layer) {
        return delivery.target().isContainerdStore() ? blob(layer) : "layers/" + Sha256.hexDigits(layer) + ".tar";
    }

    /** Writes everything but the layers. */
    static void documents(Delivery delivery, Map<String, byte[]> configs, ToLongFunction<String> layerSizes)
            throws IOException, InterruptedException {
        if (delivery.target().isContainerdStore()) {
            ociLayout(delivery, configs, layerSizes);
        } else {
            dockerArchive(delivery, configs);
        }
    }

    private static void dockerArchive(Delivery delivery, Map<String, byte[]> configs)
            throws IOException, InterruptedException {
        ArrayNode manifest = Delivery.JSON.createArrayNode();
        for (SourceImage image : delivery.missingImages()) {
            delivery.file(Sha256.hexDigits(image.id()) + ".json", config(configs, image));
            describe(
                    manifest.addObject(),
                    image,
                    Sha256.hexDigits(image.id()) + ".json",
                    image.layers().stream()
                            .map(layer -> layerFile(delivery, layer))
                            .toList());
        }
        delivery.file(MANIFEST, Delivery.JSON.writeValueAsBytes(manifest));
    }

    private static void describe(ObjectNode entry, SourceImage image, String config, List<String> files) {
        entry.put("Config", config);
        ArrayNode tags = entry.putArray("RepoTags");
        image.tags().forEach(tags::add);
        ArrayNode layers = entry.putArray("Layers");
        files.forEach(layers::add);
    }

    private static void ociLayout(Delivery delivery, Map<String, byte[]> configs, ToLongFunction<String> layerSizes)
            throws IOException, InterruptedException {
        Map<String, byte[]> blobs = new LinkedHashMap<>();
        ArrayNode manifests = Delivery.JSON.createArrayNode();
        for (SourceImage image : delivery.missingImages()) {
            byte[] config = config(configs, image);
            blobs.put(image.id(), config);
            OciManifest manifest = OciManifest.of(image, config.length, layerSizes);
            blobs.put(manifest.digest(), manifest.content());
            describe(manifests, image, OciManifest.TYPE, manifest.digest(), manifest.content().length);
        }
        ociLayout(delivery, blobs, manifests);
    }

    /** Adds one descriptor for each name of an image, or a single one if it has no name. */
    private static void describe(ArrayNode manifests, SourceImage image, String type, String digest, long size) {
        for (String name : image.tags().isEmpty() ? List.of("") : image.tags()) {
            ObjectNode descriptor = manifests.addObject();
            OciManifest.describe(descriptor, type, digest, size);
            if (type.equals(OciManifest.TYPE)) {
                descriptor
                        .putObject("platform")
                        .put("architecture", image.content().architecture())
                        .put("os", image.content().operatingSystem());
            }
            if (!name.isEmpty()) {
                descriptor
                        .putObject("annotations")
                        .put("io.containerd.image.name", ImageReference.full(name))
                        .put(
                                "org.opencontainers.image.ref.name",
                                ImageReference.parse(name).tag());
            }
        }
    }

    private static void ociLayout(Delivery delivery, Map<String, byte[]> blobs, ArrayNode manifests)
            throws IOException, InterruptedException {
        for (Map.Entry<String, byte[]> blob : blobs.entrySet()) {
            delivery.file(blob(blob.getKey()), blob.getValue());
        }
        ObjectNode index = Delivery.JSON.createObjectNode();
        index.put("schemaVersion", 2).put("mediaType", INDEX_TYPE);
        index.set("manifests", manifests);
        delivery.file("oci-layout", Delivery.JSON.writeValueAsBytes(Map.of("imageLayoutVersion", "1.0.0")));
        delivery.file("index.json", Delivery.JSON.writeValueAsBytes(index));
    }

    /** Writes everything but the layers, for images whose layers are sent as the outer engine's blobs. */
    static void documents(Delivery delivery, List<OuterImageBlobs> images) throws IOException, InterruptedException {
        if (delivery.target().isContainerdStore()) {
            Map<String, byte[]> blobs = new LinkedHashMap<>();
            images.forEach(image -> blobs.putAll(image.documents()));
            ArrayNode manifests = Delivery.JSON.createArrayNode();
            for (OuterImageBlobs found : images) {
                String digest = found.image().id();
                long size = found.documents().getOrDefault(digest, new byte[0]).length;
                describe(manifests, found.image(), found.type(), digest, size);
            }
            ociLayout(delivery, blobs, manifests);
            return;
        }
        ArrayNode manifest = Delivery.JSON.createArrayNode();
        for (OuterImageBlobs found : images) {
            delivery.file(blob(found.config()), found.documents().getOrDefault(found.config(), new byte[0]));
            List<String> files =
                    found.layers().stream().map(layer -> blob(layer.digest())).toList();
            describe(manifest.addObject(), found.image(), blob(found.config()), files);
        }
        delivery.file(MANIFEST, Delivery.JSON.writeValueAsBytes(manifest));
    }

    private static byte[] config(Map<String, byte[]> configs, SourceImage image) throws IOException {
        byte[] config = configs.get(image.id());
        if (config == null || !Sha256.digest(config).equals(image.id())) {
            throw new IOException("the configuration of the image " + image.title() + " does not match its ID");
        }
        return config;
    }

    private static String blob(String digest) {
        return "blobs/" + digest.replace(':', '/');
    }
}
