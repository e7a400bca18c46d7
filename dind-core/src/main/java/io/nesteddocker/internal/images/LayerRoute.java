package io.nesteddocker.internal.images;

import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.outer.OuterEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The outer engine's own layers, put together from its files: exactly the missing ones, and nothing of the base below them.
 *
 * <p>It needs an outer engine with {@code overlay2} whose data root a container may mount. A layer whose bytes are not those that its digest
 * says is refused here, before the other engine refuses it.
 */
final class LayerRoute implements Route {

    /** Below this an archive of {@code docker save} comes sooner than a container starts. */
    static final long LEAST_BYTES = 24L << 20;

    /** Lists of some hundred thousand files. */
    private static final long MOST_BYTES_OF_LISTS = 16L << 20;

    private final OuterEngine outer;
    private final String readerImage;
    private final Cancellation cancellation;

    LayerRoute(OuterEngine outer, String readerImage, Cancellation cancellation) {
        this.outer = outer;
        this.readerImage = readerImage;
        this.cancellation = cancellation;
    }

    /** Whether it can be tried, and is worth it. */
    static boolean suits(OuterEngine outer, List<SourceImage> images) {
        return outer.storage().driver().equals("overlay2")
                && !outer.storage().hasContainerdStore()
                && !outer.storage().dataRoot().isEmpty()
                && !outer.facts().support().remapsUsers()
                && (SourceImage.sizeInBytes(images) >= LEAST_BYTES
                        || images.stream().anyMatch(SavedRoute::isBeyond));
    }

    @Override
    public String description() {
        return "the outer engine's layers";
    }

    /** A layer of the outer engine, with those below it. */
    private record OuterLayer(String layer, String chainId) {
        String file(String name) {
            return "image/overlay2/layerdb/" + chainId.replace(':', '/') + "/" + name;
        }
    }

    @Override
    public void send(List<Delivery> deliveries, TransferProgress progress) throws IOException, InterruptedException {
        Map<String, SourceImage> images = Delivery.missingImages(deliveries);
        boolean sizesOfAll =
                deliveries.stream().anyMatch(delivery -> delivery.target().isContainerdStore());
        Map<String, OuterLayer> layers = new LinkedHashMap<>();
        images.values().forEach(image -> collect(image, layers));
        Set<String> missing = new LinkedHashSet<>();
        for (String layer : layers.keySet()) {
            // Without compression, a layer's digest is its blob's, too.
            if (!Delivery.lacking(deliveries, layer, layer).isEmpty()) {
                missing.add(layer);
            }
        }
        List<OuterLayer> listed = layers.values().stream()
                .filter(layer -> sizesOfAll || missing.contains(layer.layer()))
                .toList();
        List<String> files = new ArrayList<>();
        listed.forEach(layer -> files.addAll(List.of(layer.file("cache-id"), layer.file("tar-split.json.gz"))));
        images.keySet().forEach(id -> files.add(configFile(id)));
        try (LayerReader reader = LayerReader.inDataRoot(outer, readerImage);
                Cancellation.Registration registration = cancellation.onCancel(reader::close)) {
            read(reader, registration, files, images, listed, missing, deliveries, progress);
        }
    }

    private static void collect(SourceImage image, Map<String, OuterLayer> layers) {
        List<String> chainIds = image.content().chainIds();
        for (int i = 0; i < chainIds.size(); i++) {
            String layer = image.layers().get(i);
            layers.putIfAbsent(layer, new OuterLayer(layer, chainIds.get(i)));
        }
    }

    private static String configFile(String imageId) {
        return "image/overlay2/imagedb/content/" + imageId.replace(':', '/');
    }

    @SuppressWarnings("unused") // the registration is closed by the caller
    private void read(
            LayerReader reader,
            Cancellation.Registration registration,
            List<String> files,
            Map<String, SourceImage> images,
            List<OuterLayer> listed,
            Set<String> missing,
            List<Delivery> deliveries,
            TransferProgress progress)
            throws IOException, InterruptedException {
        Map<String, byte[]> small;
        try {
            small = reader.smallFiles(files, MOST_BYTES_OF_LISTS);
        } catch (IOException | NumberFormatException e) {
            throw new IOException(
                    "the outer engine's files can't be read: " + reader.complaints() + " " + e.getMessage(), e);
        }
        Map<String, TarSplit> recipes = new HashMap<>();
        Map<String, String> folders = new HashMap<>();
        Map<String, Long> sizes = new HashMap<>();
        long sizeOfNames = 0;
        long total = 0;
        List<String> wanted = new ArrayList<>();
        for (OuterLayer layer : listed) {
            TarSplit recipe = new TarSplit(bytes(small, layer.file("tar-split.json.gz")));
            String folder = "overlay2/"
                    + new String(bytes(small, layer.file("cache-id")), StandardCharsets.UTF_8).strip() + "/diff/";
            long size = recipe.size();
            sizes.put(layer.layer(), size);
            if (missing.contains(layer.layer())) {
                recipes.put(layer.layer(), recipe);
                folders.put(layer.layer(), folder);
                wanted.add(layer.layer());
                sizeOfNames += recipe.sizeOfNames(folder);
                total += size;
            }
        }
        progress.begin(Delivery.title(List.copyOf(images.values())), total, wanted.size());
        InputStream contents = reader.contents(sizeOfNames, target -> {
            for (String layer : wanted) {
                recipe(recipes, layer).writeNames(folders.getOrDefault(layer, ""), target);
            }
        });
        for (String layer : wanted) {
            cancellation.throwIfCancelled();
            MessageDigest digest = Sha256.begin();
            InputStream archive = new DigestInputStream(recipe(recipes, layer).archive(contents), digest);
            BuiltArchive.layer(deliveries, layer, sizes.getOrDefault(layer, 0L), archive, progress);
            if (!Sha256.end(digest).equals(layer)) {
                throw new IOException(
                        "the outer engine's files are not those of the layer " + layer + " " + reader.complaints());
            }
        }
        Map<String, byte[]> configs = new HashMap<>();
        images.keySet().forEach(id -> configs.put(id, bytes(small, configFile(id))));
        for (Delivery delivery : deliveries) {
            BuiltArchive.documents(delivery, configs, layer -> sizes.getOrDefault(layer, 0L));
        }
    }

    private static byte[] bytes(Map<String, byte[]> files, String name) {
        return files.getOrDefault(name, new byte[0]);
    }

    private static TarSplit recipe(Map<String, TarSplit> recipes, String layer) {
        return recipes.getOrDefault(layer, new TarSplit(new byte[0]));
    }
}
