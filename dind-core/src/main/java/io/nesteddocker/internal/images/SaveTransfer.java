package io.nesteddocker.internal.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.SaveImagesCmd;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Quietly;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends the archive that {@code docker save} writes, and leaves out the layers that the other engine has.
 *
 * <p>It works with every engine, but the source engine first reads and writes all layers. If a file does not match its digest, sending
 * stops before the end of the archive, without which the other engine loads no image.
 */
final class SaveTransfer implements TransferMethod {

    private static final String MANIFEST = "manifest.json";
    private static final int BUFFER = 64 * 1024;

    private final DockerClient source;
    private final Cancellation cancellation;

    SaveTransfer(DockerClient source, Cancellation cancellation) {
        this.source = source;
        this.cancellation = cancellation;
    }

    @Override
    public String description() {
        return "save and load";
    }

    @Override
    public void send(List<Delivery> deliveries, TransferProgress progress) throws IOException, InterruptedException {
        Map<String, SourceImage> images = Delivery.missingImages(deliveries);
        Map<String, String> layerFiles = new HashMap<>();
        images.values().forEach(image -> layerFiles.putAll(layerFiles(image)));
        try (InputStream saved = save(source, images.keySet(), cancellation);
                TarArchiveInputStream tar = new TarArchiveInputStream(new BufferedInputStream(saved, BUFFER))) {
            byte @Nullable [] manifest = null;
            Map<String, String> digests = new HashMap<>();
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = entry.getName();
                if (name.equals(MANIFEST)) {
                    manifest = tar.readAllBytes();
                } else if (!name.equals("repositories")) {
                    copy(entry, tar, layerFiles.get(name), deliveries, progress)
                            .ifPresent(digest -> digests.put(name, digest));
                }
            }
            if (manifest != null) {
                verify(manifest, images, digests);
                for (Delivery delivery : deliveries) {
                    delivery.file(MANIFEST, manifestFor(delivery, manifest));
                }
            }
        }
    }

    /** Returns whether the classic store refuses to save an image, because it has no layers: "empty export - not implemented". */
    static boolean cannotSave(SourceImage image) {
        return image.layers().isEmpty();
    }

    /** Returns advice after a failure to save; {@code otherwise} is the usual one. */
    static String adviceFor(String reason, String otherwise) {
        return reason.contains("empty export")
                ? "The classic image store can't save an image without layers; build the image, which has no files, on the engine that needs it."
                : otherwise;
    }

    /** Requests an archive of images from an engine; the caller closes it, and a cancellation cuts it off. */
    static InputStream save(DockerClient source, Collection<String> idsOrNames, Cancellation cancellation) {
        SaveImagesCmd request = source.saveImagesCmd();
        for (String image : idsOrNames) {
            // The request requires a name and a tag, and joins them with a colon; an ID contains a colon too.
            int colon = image.lastIndexOf(':');
            request.withImage(image.substring(0, colon), image.substring(colon + 1));
        }
        InputStream saved = request.exec();
        Cancellation.Registration registration = cancellation.onCancel(() -> Quietly.close(saved));
        return new FilterInputStream(saved) {
            @Override
            public void close() throws IOException {
                registration.close();
                super.close();
            }
        };
    }

    /** Returns the files that may hold an image's layers: engines since 25 name them by digest, older ones by an ID of their own. */
    private static Map<String, String> layerFiles(SourceImage image) {
        Map<String, String> files = new HashMap<>();
        List<String> oldNames = LegacyLayerIds.of(image.content().chainIds());
        for (int i = 0; i < oldNames.size(); i++) {
            String layer = image.layers().get(i);
            files.put("blobs/" + layer.replace(':', '/'), layer);
            files.put(oldNames.get(i) + "/layer.tar", layer);
        }
        return files;
    }

    /** Copies a file to all engines that lack it, checks it against the digest in its name, if any, and returns its digest. */
    private static Optional<String> copy(
            TarArchiveEntry entry,
            InputStream content,
            @Nullable String layer,
            List<Delivery> deliveries,
            TransferProgress progress)
            throws IOException, InterruptedException {
        String name = entry.getName();
        boolean isFile = entry.isFile() && !entry.isSymbolicLink() && !entry.isLink();
        // In older archives an engine reads a configuration by its name, so it has to be there.
        String blob = name.startsWith("blobs/") ? ContentDigest.inName(name) : "";
        List<Delivery> takers = isFile ? Delivery.lacking(deliveries, layer, blob) : deliveries;
        if (takers.isEmpty()) {
            return Optional.empty();
        }
        ContentDigest.Hashing hashing = new ContentDigest.Hashing(content);
        Delivery.copy(takers, entry, hashing, progress);
        if (!isFile) {
            return Optional.empty();
        }
        if (layer != null || name.endsWith("/layer.tar")) {
            progress.layerDone();
        }
        String found = hashing.digest();
        String expected = ContentDigest.inName(name);
        ContentDigest.verify(name, found, expected.isEmpty() ? found : expected);
        return Optional.of(found);
    }

    /** Verifies the layers of engines before 25, whose names do not contain the digest of their content. */
    private static void verify(byte[] manifest, Map<String, SourceImage> images, Map<String, String> digests)
            throws IOException {
        for (JsonNode entry : Delivery.JSON.readTree(manifest)) {
            SourceImage image = images.get(idOf(entry));
            JsonNode files = entry.path("Layers");
            for (int i = 0;
                    image != null && i < files.size() && i < image.layers().size();
                    i++) {
                String file = files.get(i).asText();
                if (ContentDigest.inName(file).isEmpty() && digests.containsKey(file)) {
                    ContentDigest.verify(
                            file, digests.getOrDefault(file, ""), image.layers().get(i));
                }
            }
        }
    }

    private static String idOf(JsonNode entry) {
        String config = entry.path("Config").asText();
        return "sha256:" + config.substring(config.lastIndexOf('/') + 1).replaceFirst("[.]json$", "");
    }

    /** Returns the manifest for one engine, and adds the images' names, which it lacks because the images were requested by ID. */
    private static byte[] manifestFor(Delivery delivery, byte[] manifest) throws IOException {
        Map<String, SourceImage> wanted = new HashMap<>();
        delivery.missingImages().forEach(image -> wanted.put(image.id(), image));
        ArrayNode kept = Delivery.JSON.createArrayNode();
        JsonNode all = Delivery.JSON.readTree(manifest);
        for (JsonNode entry : all) {
            SourceImage image = wanted.get(idOf(entry));
            if (image != null) {
                ObjectNode named = entry.deepCopy();
                ArrayNode tags = named.putArray("RepoTags");
                image.tags().forEach(tags::add);
                kept.add(named);
            }
        }
        return kept.isEmpty() ? manifest : Delivery.JSON.writeValueAsBytes(kept);
    }
}
