package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.command.InspectImageResponse;
import io.nesteddocker.internal.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The content of an image, independent of its names and of the kind of store. Immutable and thread-safe.
 *
 * @param operatingSystem the operating system, such as {@code linux}
 * @param architecture the processor architecture, such as {@code amd64}
 * @param layers the digests of the layers before compression (diff IDs), lowest first
 * @param sizeInBytes the size of all layers as reported by the engine, or of the archive's entries
 * @param fingerprint a digest of everything that a container of the image gets
 */
public record ImageContent(
        String operatingSystem, String architecture, List<String> layers, long sizeInBytes, String fingerprint) {

    /** Copies the list. */
    public ImageContent {
        layers = List.copyOf(layers);
    }

    static ImageContent of(InspectImageResponse image) {
        return new ImageContent(
                Objects.requireNonNullElse(image.getOs(), ""),
                Objects.requireNonNullElse(image.getArch(), ""),
                ImageFingerprint.layers(image),
                Objects.requireNonNullElse(image.getSize(), 0L),
                ImageFingerprint.of(image));
    }

    /** Returns the same content with a size that an engine has not reported. */
    public ImageContent withSize(long bytes) {
        return new ImageContent(operatingSystem, architecture, layers, bytes, fingerprint);
    }

    /** Returns the platform, such as {@code linux/amd64}. */
    public String platform() {
        return operatingSystem + "/" + architecture;
    }

    /**
     * Returns the chain IDs of the layers, lowest first. Each identifies a layer together with all layers below it.
     *
     * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid">OCI: Layer ChainID</a>
     */
    public List<String> chainIds() {
        List<String> chains = new ArrayList<>();
        for (String diffId : layers) {
            chains.add(chains.isEmpty() ? diffId : Sha256.digest(chains.get(chains.size() - 1) + " " + diffId));
        }
        return chains;
    }
}
