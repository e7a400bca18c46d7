package io.nesteddocker.internal.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.SaveImagesCmd;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Sha256;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code docker save} writes, from which the layers that the other engine has are dropped as they pass.
 *
 * <p>It works with every engine, but the engine reads and writes all layers first. A file that is not what its digest says ends the sending
 * before the other engine has the end of the archive, without which it takes no image.
 */
final class SavedRoute implements Route {

    private static final String MANIFEST = "manifest.json";
    private static final int BUFFER = 64 * 1024;

    private final DockerClient source;
    private final Cancellation cancellation;

    SavedRoute(DockerClient source, Cancellation cancellation) {
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

    /** Engines with the classic store refuse to save an image without layers: "empty export - not implemented". */
    static boolean isBeyond(SourceImage image) {
        return image.layers().isEmpty();
    }

    /** What to do where an engine refuses to save. */
    static String cure(String reason, String otherwise) {
        return reason.contains("empty export")
                ? "The classic image store can't save an image without layers; build the image, which has no files, on the engine that needs it."
                : otherwise;
    }

    /** Asks an engine for an archive of images, which a cancellation cuts off; the caller closes it. */
    static InputStream save(DockerClient source, Collection<String> idsOrNames, Cancellation cancellation) {
        SaveImagesCmd request = source.saveImagesCmd();
        for (String image : idsOrNames) {
            // The request wants a name and a tag, and puts a colon in between: an ID has one as well.
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

    /** The files that may hold an image's layers: engines from 25 on name them by digest, older ones by an ID of their own. */
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

    /** Copies a file to all who lack it, and returns the digest of what was sent, which is what its name promises, if that is a digest. */
    private static Optional<String> copy(
            TarArchiveEntry entry,
            InputStream content,
            @Nullable String layer,
            List<Delivery> deliveries,
            TransferProgress progress)
            throws IOException, InterruptedException {
        String name = entry.getName();
        boolean isFile = entry.isFile() && !entry.isSymbolicLink() && !entry.isLink();
        // In older archives an engine looks for a configuration by its name.
        String blob = name.startsWith("blobs/") ? ContentDigest.inName(name) : "";
        List<Delivery> takers = isFile ? Delivery.lacking(deliveries, layer, blob) : deliveries;
        if (takers.isEmpty()) {
            return Optional.empty();
        }
        MessageDigest digest = Sha256.begin();
        Delivery.copy(takers, entry, new DigestInputStream(content, digest), progress);
        if (!isFile) {
            return Optional.empty();
        }
        if (layer != null || name.endsWith("/layer.tar")) {
            progress.layerDone();
        }
        String found = Sha256.end(digest);
        String expected = ContentDigest.inName(name);
        ContentDigest.verify(name, found, expected.isEmpty() ? found : expected);
        return Optional.of(found);
    }

    /** Engines before 25 name layers in a way that tells nothing of their content. */
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

    /** The images were asked for by their IDs, so the archive has no names for them. */
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
