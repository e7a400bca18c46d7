package io.nesteddocker.internal.seeds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.registry.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The content of a seed. Immutable and thread-safe.
 *
 * @param store the image store for which it is made
 * @param images the images, all of which the outer engine has
 */
public record SeedContent(ImageStore store, List<SourceImage> images) {

    /** The version of the layout that {@code seed-fill.sh} makes. Change it with the layout, so that older seeds are not used. */
    private static final String FORMAT = "3";

    private static final String PREFIX = "nested-docker-seed-";
    private static final int HASH_DIGITS = 24;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Copies the list. */
    public SeedContent {
        images = List.copyOf(images);
    }

    /** Returns the name of the seed's volume, which depends on the content. */
    public String volume() {
        String text = Stream.concat(
                        Stream.of(FORMAT, store.driver()),
                        images.stream().map(SeedContent::identity).sorted())
                .collect(Collectors.joining("\n"));
        return PREFIX + Sha256.hex(text).substring(0, HASH_DIGITS);
    }

    /** Returns the names of the layers in the classic store, each once. */
    List<String> chainIds() {
        return images.stream()
                .flatMap(image -> image.content().chainIds().stream())
                .distinct()
                .map(Sha256::hexDigits)
                .toList();
    }

    /** Returns the names of the images in the classic store. */
    List<String> imageIds() {
        return images.stream()
                .map(SourceImage::id)
                .map(Sha256::hexDigits)
                .distinct()
                .toList();
    }

    /** Returns the classic store's list of names: for each repository, the image IDs by tag and digest. */
    byte[] repositories() {
        Map<String, Map<String, String>> repositories = new TreeMap<>();
        for (SourceImage image : images) {
            Stream.concat(image.tags().stream(), image.names().digests().stream())
                    .map(ImageReference::familiar)
                    .forEach(name -> repositories
                            .computeIfAbsent(ImageReference.parse(name).name(), repository -> new TreeMap<>())
                            .put(name, image.id()));
        }
        try {
            return JSON.writeValueAsBytes(Map.of("Repositories", repositories));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Maps of texts can be written.", e);
        }
    }

    /** Returns a text for users with the images' names and IDs. */
    String summary() {
        return images.stream()
                .map(image -> String.join(",", image.tags()) + "=" + image.id())
                .collect(Collectors.joining(" "));
    }

    /** Returns the size of the layers if they are not shared with the outer engine. The containerd store keeps each layer twice. */
    long sizeInBytes() {
        long layers = SourceImage.sizeInBytes(images);
        return store == ImageStore.CONTAINERD ? 2 * layers : layers;
    }

    private static String identity(SourceImage image) {
        return Stream.of(
                        Stream.of(image.id()),
                        image.tags().stream().sorted(),
                        image.names().digests().stream().sorted(),
                        image.namedDigests().stream().sorted())
                .flatMap(parts -> parts)
                .collect(Collectors.joining(" "));
    }
}
