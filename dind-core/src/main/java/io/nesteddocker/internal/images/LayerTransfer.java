package io.nesteddocker.internal.images;

import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.outer.OuterEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sends layers that are rebuilt from the outer engine's files: exactly the missing ones, and nothing of the base below them.
 *
 * <p>The outer engine must use {@code overlay2}, and a container must be able to mount its data root. A layer that does not match its
 * digest is refused here, before the other engine refuses it.
 */
final class LayerTransfer implements TransferMethod {

    /** Enough for lists of some hundred thousand files. */
    private static final long MOST_BYTES_OF_LISTS = 16L << 20;

    private final OuterEngine outer;
    private final String readerImage;
    private final Cancellation cancellation;

    LayerTransfer(OuterEngine outer, String readerImage, Cancellation cancellation) {
        this.outer = outer;
        this.readerImage = readerImage;
        this.cancellation = cancellation;
    }

    /** Returns whether this transfer method is possible, and worth the time. */
    static boolean suits(OuterEngine outer, List<SourceImage> images) {
        return outer.storage().driver().equals("overlay2")
                && LayerReader.canRead(outer)
                && (SourceImage.sizeInBytes(images) >= LayerReader.LEAST_BYTES
                        || images.stream().anyMatch(SaveTransfer::cannotSave));
    }

    @Override
    public String description() {
        return "the outer engine's layers";
    }

    /**
     * The parts from which a layer's archive is rebuilt.
     *
     * @param folder the folder with its files
     * @param size the length of the archive
     */
    private record Recipe(TarSplit pieces, String folder, long size) {

        long sizeOfNames() throws IOException {
            return pieces.sizeOfNames(folder);
        }
    }

    @Override
    public void send(List<Delivery> deliveries, TransferProgress progress) throws IOException, InterruptedException {
        Map<String, SourceImage> images = Delivery.missingImages(deliveries);
        Map<String, String> chainIds = chainIds(images.values());
        Set<String> missing = new LinkedHashSet<>(chainIds.keySet());
        // Without compression, a layer's digest is also the digest of its blob.
        missing.removeIf(layer -> Delivery.lacking(deliveries, layer, layer).isEmpty());
        if (deliveries.stream().noneMatch(delivery -> delivery.target().isContainerdStore())) {
            // Only an OCI manifest contains the sizes of layers that are not sent.
            chainIds.keySet().retainAll(missing);
        }
        List<String> files = new ArrayList<>();
        chainIds.values().forEach(chainId -> files.addAll(List.of(folderFile(chainId), piecesFile(chainId))));
        images.keySet().forEach(id -> files.add(configFile(id)));
        try (LayerReader reader = LayerReader.inDataRoot(outer, readerImage, cancellation)) {
            Map<String, byte[]> small = read(files, reader);
            Map<String, Recipe> recipes = new LinkedHashMap<>();
            for (Map.Entry<String, String> layer : chainIds.entrySet()) {
                TarSplit pieces = new TarSplit(bytes(small, piecesFile(layer.getValue())));
                String folder = new String(bytes(small, folderFile(layer.getValue())), StandardCharsets.UTF_8).strip();
                recipes.put(layer.getKey(), new Recipe(pieces, "overlay2/" + folder + "/diff/", pieces.size()));
            }
            Map<String, Long> sizes = new HashMap<>();
            recipes.forEach((layer, recipe) -> sizes.put(layer, recipe.size()));
            recipes.keySet().retainAll(missing);
            progress.begin(
                    Delivery.title(List.copyOf(images.values())),
                    recipes.values().stream().mapToLong(Recipe::size).sum(),
                    recipes.size());
            copy(recipes, reader, deliveries, progress);
            Map<String, byte[]> configs = new HashMap<>();
            images.keySet().forEach(id -> configs.put(id, bytes(small, configFile(id))));
            for (Delivery delivery : deliveries) {
                ArchiveWriter.documents(delivery, configs, layer -> sizes.getOrDefault(layer, 0L));
            }
        }
    }

    private static Map<String, String> chainIds(Collection<SourceImage> images) {
        Map<String, String> chainIds = new LinkedHashMap<>();
        for (SourceImage image : images) {
            for (int i = 0; i < image.layers().size(); i++) {
                chainIds.putIfAbsent(
                        image.layers().get(i), image.content().chainIds().get(i));
            }
        }
        return chainIds;
    }

    private static String folderFile(String chainId) {
        return "image/overlay2/layerdb/" + chainId.replace(':', '/') + "/cache-id";
    }

    private static String piecesFile(String chainId) {
        return "image/overlay2/layerdb/" + chainId.replace(':', '/') + "/tar-split.json.gz";
    }

    private static String configFile(String imageId) {
        return "image/overlay2/imagedb/content/" + imageId.replace(':', '/');
    }

    private static Map<String, byte[]> read(List<String> files, LayerReader reader) throws IOException {
        try {
            return reader.smallFiles(files, MOST_BYTES_OF_LISTS);
        } catch (IOException | NumberFormatException e) {
            throw new IOException(
                    "the outer engine's files can't be read: " + reader.errors() + " " + e.getMessage(), e);
        }
    }

    private void copy(
            Map<String, Recipe> recipes, LayerReader reader, List<Delivery> deliveries, TransferProgress progress)
            throws IOException, InterruptedException {
        long sizeOfNames = 0;
        for (Recipe recipe : recipes.values()) {
            sizeOfNames += recipe.sizeOfNames();
        }
        InputStream contents = reader.contents(sizeOfNames, target -> {
            for (Recipe recipe : recipes.values()) {
                recipe.pieces().writeNames(recipe.folder(), target);
            }
        });
        for (Map.Entry<String, Recipe> layer : recipes.entrySet()) {
            cancellation.throwIfCancelled();
            ContentDigest.Hashing archive =
                    new ContentDigest.Hashing(layer.getValue().pieces().archive(contents));
            ArchiveWriter.layer(deliveries, layer.getKey(), layer.getValue().size(), archive, progress);
            if (!archive.digest().equals(layer.getKey())) {
                throw new IOException("the outer engine's files are not those of the layer " + layer.getKey() + " "
                        + reader.errors());
            }
        }
    }

    private static byte[] bytes(Map<String, byte[]> files, String name) {
        return files.getOrDefault(name, new byte[0]);
    }
}
