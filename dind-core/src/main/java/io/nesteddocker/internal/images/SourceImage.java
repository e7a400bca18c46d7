package io.nesteddocker.internal.images;

import io.nesteddocker.internal.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An image that shall be inside: what it is, and where it is now. Immutable and thread-safe.
 *
 * @param id its identity where it is now: the digest of its configuration; where the outer engine has the containerd image store, the
 *     digest of its manifest or index
 * @param tags the names that it shall have inside, each with a tag; empty where only a digest or an identity was asked for
 * @param digests the repository digests that the outer engine knows for the names that were asked for, such as {@code alpine@sha256:..}
 * @param namedDigests those of the digests that were asked for, each as {@code alpine@sha256:..}
 * @param layers its layers' digests before compression (diff IDs), lowest first
 * @param sizeInBytes the size of all layers as the engine counts it, or of the archive's entries
 * @param platform what it runs on, such as {@code linux/amd64}
 * @param fingerprint a digest of what a container of it gets, for images whose identities come from different kinds of stores
 * @param archive the file that it is in, or empty where it is in the outer engine
 */
public record SourceImage(
        String id,
        List<String> tags,
        List<String> digests,
        List<String> namedDigests,
        List<String> layers,
        long sizeInBytes,
        String platform,
        String fingerprint,
        Optional<Path> archive) {

    private static final int LONGEST_TAG = 128;

    /** Copies its lists. */
    public SourceImage {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
        namedDigests = List.copyOf(namedDigests);
        layers = List.copyOf(layers);
    }

    /** Its layers' chain IDs, lowest first: each tells a layer together with all below it. */
    public List<String> chainIds() {
        return chainIds(layers);
    }

    /** A name for people: the first of its names, or its identity. */
    public String title() {
        if (!tags.isEmpty()) {
            return tags.get(0);
        }
        return digests.isEmpty() ? id : digests.get(0);
    }

    /**
     * The name with a tag that stands for one with a digest, such as {@code alpine:sha256-0123..} for {@code alpine@sha256:0123..}.
     *
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema">OCI: Referrers Tag Schema</a>
     */
    static String tagFor(String digest) {
        int at = digest.indexOf('@');
        String tag = digest.substring(at + 1).replace(':', '-');
        return digest.substring(0, at) + ":" + tag.substring(0, Math.min(tag.length(), LONGEST_TAG));
    }

    /** The same image with the names of both. */
    SourceImage mergedWith(SourceImage other) {
        return new SourceImage(
                id,
                union(tags, other.tags),
                union(digests, other.digests),
                union(namedDigests, other.namedDigests),
                layers,
                sizeInBytes,
                platform,
                fingerprint,
                archive);
    }

    /**
     * Computes chain IDs.
     *
     * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid">OCI: Layer ChainID</a>
     */
    public static List<String> chainIds(List<String> diffIds) {
        List<String> chains = new ArrayList<>();
        for (String diffId : diffIds) {
            chains.add(chains.isEmpty() ? diffId : Sha256.digest(chains.get(chains.size() - 1) + " " + diffId));
        }
        return chains;
    }

    private static List<String> union(List<String> some, List<String> others) {
        Set<String> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }
}
