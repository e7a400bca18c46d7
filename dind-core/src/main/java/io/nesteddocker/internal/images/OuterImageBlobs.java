package io.nesteddocker.internal.images;

import com.fasterxml.jackson.databind.JsonNode;
import io.nesteddocker.internal.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The blobs that an image has in an outer engine with the containerd image store. Immutable and thread-safe.
 *
 * @param image the image
 * @param type the media type of its manifest, or of the index above that
 * @param documents its manifests and configurations, and the index, by their digests
 * @param config the digest of the configuration for its platform
 * @param layers its layers for its platform, lowest first
 * @param others its other blobs, such as attestations and the layers of other platforms
 */
record OuterImageBlobs(
        SourceImage image,
        String type,
        Map<String, byte[]> documents,
        String config,
        List<Blob> layers,
        List<Blob> others) {

    private static final long MOST_BYTES_OF_DOCUMENTS = 16L << 20;

    OuterImageBlobs {
        documents = Map.copyOf(documents);
        layers = List.copyOf(layers);
        others = List.copyOf(others);
    }

    /**
     * A blob.
     *
     * @param digest its digest, most often after compression
     * @param size its length in bytes
     */
    record Blob(String digest, long size) {
        /** Returns the name of its file. */
        String hexDigits() {
            return Sha256.hexDigits(digest);
        }
    }

    /**
     * Reads the documents of an image, from the index down to the configurations.
     *
     * @throws IOException if they are missing, or do not match their digests
     */
    static OuterImageBlobs of(SourceImage image, LayerReader reader) throws IOException {
        Map<String, byte[]> documents = new LinkedHashMap<>();
        Map<String, JsonNode> manifests = new LinkedHashMap<>();
        Set<String> configs = new LinkedHashSet<>();
        for (Set<String> asked = Set.of(image.id()); !asked.isEmpty(); ) {
            Set<String> next = new LinkedHashSet<>();
            for (Map.Entry<String, byte[]> document : read(asked, reader).entrySet()) {
                documents.put(document.getKey(), document.getValue());
                if (!configs.contains(document.getKey())) {
                    JsonNode json = Delivery.JSON.readTree(document.getValue());
                    json.path("manifests").forEach(manifest -> next.add(digest(manifest)));
                    if (json.has("config")) {
                        manifests.put(document.getKey(), json);
                        configs.add(digest(json.path("config")));
                        next.add(digest(json.path("config")));
                    }
                }
            }
            next.removeAll(documents.keySet());
            asked = next;
        }
        return of(image, documents, manifests, reader);
    }

    private static OuterImageBlobs of(
            SourceImage image, Map<String, byte[]> documents, Map<String, JsonNode> manifests, LayerReader reader)
            throws IOException {
        byte[] top = documents.get(image.id());
        if (top == null) {
            throw new IOException(
                    "the outer engine's containerd does not have the image " + image.title() + " " + reader.errors());
        }
        for (JsonNode manifest : manifests.values()) {
            String config = digest(manifest.path("config"));
            if (isOf(image, documents.get(config))) {
                List<Blob> layers = layers(manifest);
                if (layers.size() != image.layers().size()) {
                    throw new IOException("the manifest of " + image.title() + " in the outer engine has "
                            + layers.size() + " layers, and its configuration "
                            + image.layers().size());
                }
                String type = Delivery.JSON
                        .readTree(top)
                        .path("mediaType")
                        .asText(manifests.containsKey(image.id()) ? OciManifest.TYPE : ArchiveWriter.INDEX_TYPE);
                return new OuterImageBlobs(
                        image, type, documents, config, layers, others(manifests.values(), layers, reader));
            }
        }
        throw new IOException(
                "the outer engine's containerd has no manifest with the layers of the image " + image.title());
    }

    /** Reads the documents that exist; most that an index lists do not, because containerd pulls only one platform. */
    private static Map<String, byte[]> read(Set<String> digests, LayerReader reader) throws IOException {
        List<String> names = digests.stream().map(Sha256::hexDigits).toList();
        Map<String, byte[]> documents = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> file :
                reader.smallFiles(names, MOST_BYTES_OF_DOCUMENTS).entrySet()) {
            String digest = "sha256:" + file.getKey();
            ContentDigest.verify(file.getKey(), Sha256.digest(file.getValue()), digest);
            documents.put(digest, file.getValue());
        }
        return documents;
    }

    private static List<Blob> others(Collection<JsonNode> manifests, List<Blob> layers, LayerReader reader)
            throws IOException {
        Set<Blob> others = new LinkedHashSet<>();
        manifests.forEach(manifest -> others.addAll(layers(manifest)));
        layers.forEach(others::remove);
        if (others.isEmpty()) {
            return List.of();
        }
        Set<String> there =
                reader.sizes(others.stream().map(Blob::hexDigits).toList()).keySet();
        return others.stream().filter(blob -> there.contains(blob.hexDigits())).toList();
    }

    private static List<Blob> layers(JsonNode manifest) {
        List<Blob> layers = new ArrayList<>();
        manifest.path("layers")
                .forEach(layer ->
                        layers.add(new Blob(digest(layer), layer.path("size").asLong())));
        return layers;
    }

    /** Compares the platform too, because images of different platforms may have the same layers. */
    private static boolean isOf(SourceImage image, byte @Nullable [] config) throws IOException {
        if (config == null) {
            return false;
        }
        JsonNode json = Delivery.JSON.readTree(config);
        List<String> layers = new ArrayList<>();
        json.path("rootfs").path("diff_ids").forEach(layer -> layers.add(layer.asText()));
        String platform =
                json.path("os").asText() + "/" + json.path("architecture").asText();
        return layers.equals(image.layers()) && platform.equals(image.content().platform());
    }

    private static String digest(JsonNode descriptor) {
        return descriptor.path("digest").asText();
    }
}
