package io.nesteddocker.internal.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.registry.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The manifest of an image whose layers are not compressed; its digest is the image's ID in a containerd store. The same image has the same
 * manifest each time, whichever transfer method sends it. Immutable and thread-safe.
 *
 * @param digest the digest of its bytes
 * @param json its text
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI: Image Manifest</a>
 */
public record OciManifest(String digest, String json) {

    /** The media type of such manifests. */
    public static final String TYPE = "application/vnd.oci.image.manifest.v1+json";

    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

    /**
     * Makes the manifest of an image that comes from a classic store.
     *
     * @param configSize the length of its configuration in bytes
     * @param layerSizes the length of the archive of each of its layers
     */
    public static OciManifest of(SourceImage image, long configSize, ToLongFunction<String> layerSizes) {
        ObjectNode manifest = Delivery.JSON.createObjectNode();
        manifest.put("schemaVersion", 2).put("mediaType", TYPE);
        describe(manifest.putObject("config"), CONFIG_TYPE, image.id(), configSize);
        ArrayNode layers = manifest.putArray("layers");
        image.layers().forEach(layer -> describe(layers.addObject(), LAYER_TYPE, layer, layerSizes.applyAsLong(layer)));
        try {
            String json = Delivery.JSON.writeValueAsString(manifest);
            return new OciManifest(Sha256.digest(json), json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of texts and numbers can be written.", e);
        }
    }

    /** Returns the text in UTF-8. */
    public byte[] content() {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    static void describe(ObjectNode descriptor, String type, String digest, long size) {
        descriptor.put("mediaType", type).put("digest", digest).put("size", size);
    }

    /** Returns the names that an engine's containerd has for an image with this manifest. */
    public List<String> namesOf(SourceImage image) {
        return namesOf(image, digest);
    }

    /**
     * Returns the names that an engine's containerd has for an image; if the image has none, the name that the engine makes up.
     *
     * @param target the digest that the image has there; if the image was requested by this digest, it keeps the requested name
     */
    public static List<String> namesOf(SourceImage image, String target) {
        List<String> names = Stream.concat(
                        image.tags().stream(),
                        image.namedDigests().stream()
                                .map(name -> name.endsWith("@" + target) ? name : SourceImage.tagFor(name)))
                .map(ImageReference::familiar)
                .map(ImageReference::full)
                .distinct()
                .toList();
        return names.isEmpty() ? List.of("moby-dangling@" + target) : names;
    }
}
