package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.command.InspectImageResponse;
import io.nesteddocker.internal.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What an image holds, whatever it is called and whichever kind of store it is in. Immutable and thread-safe.
 *
 * @param operatingSystem what it runs on, such as {@code linux}
 * @param architecture the processors that it runs on, such as {@code amd64}
 * @param layers its layers' digests before compression (diff IDs), lowest first
 * @param sizeInBytes the size of all layers as the engine counts it, or of the archive's entries
 * @param fingerprint a digest of what a container of it gets
 */
public record ImageContent(
        String operatingSystem, String architecture, List<String> layers, long sizeInBytes, String fingerprint) {

    /** Copies its list. */
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

    /** The same content with a size that is not an engine's. */
    public ImageContent withSize(long bytes) {
        return new ImageContent(operatingSystem, architecture, layers, bytes, fingerprint);
    }

    /** What it runs on, such as {@code linux/amd64}. */
    public String platform() {
        return operatingSystem + "/" + architecture;
    }

    /**
     * Its layers' chain IDs, lowest first: each tells a layer together with all below it.
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
