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
 * What a seed holds. Immutable and thread-safe.
 *
 * @param store the image store that it is for
 * @param images the images, which are all in the outer engine
 */
public record SeedContent(ImageStore store, List<SourceImage> images) {

    /** To be changed with the layout that {@code seed-fill.sh} makes, so that seeds of another layout are never used. */
    private static final String FORMAT = "3";

    private static final String PREFIX = "nested-docker-seed-";
    private static final int HASH_DIGITS = 24;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Copies the list. */
    public SeedContent {
        images = List.copyOf(images);
    }

    /** The name of the seed's volume, which tells what is in it. */
    public String volume() {
        String text = Stream.concat(
                        Stream.of(FORMAT, store.driver()),
                        images.stream().map(SeedContent::identity).sorted())
                .collect(Collectors.joining("\n"));
        return PREFIX + Sha256.hex(text).substring(0, HASH_DIGITS);
    }

    /** The names of the layers as the classic store knows them, each once. */
    List<String> chainIds() {
        return images.stream()
                .flatMap(image -> image.content().chainIds().stream())
                .distinct()
                .map(Sha256::hexDigits)
                .toList();
    }

    /** The names of the images as the classic store knows them. */
    List<String> imageIds() {
        return images.stream()
                .map(SourceImage::id)
                .map(Sha256::hexDigits)
                .distinct()
                .toList();
    }

    /** The classic store's list of names: for each repository the images that its tags and digests stand for. */
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

    /** The images for people, by name and identity. */
    String summary() {
        return images.stream()
                .map(image -> String.join(",", image.tags()) + "=" + image.id())
                .collect(Collectors.joining(" "));
    }

    /** What the layers take where they are not shared with the outer engine; the containerd store keeps each twice. */
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
