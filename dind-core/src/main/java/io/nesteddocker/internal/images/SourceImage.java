package io.nesteddocker.internal.images;

import io.nesteddocker.internal.outer.ImageContent;
import io.nesteddocker.internal.registry.ImageReference;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An image that is to be transferred, and its origin. Immutable and thread-safe.
 *
 * @param id its ID in its origin: the digest of its configuration, or, in an outer engine with the containerd image store, of its manifest
 *     or index
 * @param names its names
 * @param content its content
 * @param archive the file that contains it, or empty if it is in an engine
 */
public record SourceImage(String id, Names names, ImageContent content, Optional<Path> archive) {

    private static final int LONGEST_TAG = 128;

    /**
     * The names of an image.
     *
     * @param tags the names for the target engine, each with a tag; empty if only a digest or an ID was requested
     * @param digests the repository digests that the origin has for the requested names, such as {@code alpine@sha256:..}
     * @param requestedDigests the requested digests, each as {@code alpine@sha256:..}
     */
    public record Names(List<String> tags, List<String> digests, List<String> requestedDigests) {

        /** Sorts names, each with a tag or a digest, as an archive or an engine has them. */
        static Names of(List<String> names) {
            List<ImageReference> references = names.stream()
                    .map(ImageReference::familiar)
                    .map(ImageReference::parse)
                    .toList();
            List<String> digests = references.stream()
                    .flatMap(name -> name.digested().stream())
                    .toList();
            return new Names(
                    references.stream().flatMap(name -> name.tagged().stream()).toList(), digests, digests);
        }

        private Names and(Names others) {
            return new Names(
                    union(tags, others.tags),
                    union(digests, others.digests),
                    union(requestedDigests, others.requestedDigests));
        }

        private static List<String> union(List<String> some, List<String> others) {
            return Stream.concat(some.stream(), others.stream()).distinct().toList();
        }
    }

    /** Returns the names for the target engine, each with a tag. */
    public List<String> tags() {
        return names.tags();
    }

    /** Returns the requested repository digests. */
    public List<String> namedDigests() {
        return names.requestedDigests();
    }

    /** Returns its layers' digests before compression, lowest first. */
    public List<String> layers() {
        return content.layers();
    }

    /** Returns the size of all layers of some images. */
    public static long sizeInBytes(Collection<SourceImage> images) {
        return images.stream().mapToLong(image -> image.content().sizeInBytes()).sum();
    }

    /** Returns a name for messages: the first of its names, or its ID. */
    public String title() {
        return Stream.of(names.tags(), names.digests())
                .flatMap(List::stream)
                .findFirst()
                .orElse(id);
    }

    /**
     * Returns the name with a tag that stands for one with a digest, such as {@code alpine:sha256-0123..} for {@code alpine@sha256:0123..}.
     *
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema">OCI: Referrers Tag Schema</a>
     */
    static String tagFor(String digest) {
        int at = digest.indexOf('@');
        String tag = digest.substring(at + 1).replace(':', '-');
        return digest.substring(0, at) + ":" + tag.substring(0, Math.min(tag.length(), LONGEST_TAG));
    }

    /** Returns the same image with the names of both. */
    SourceImage mergedWith(SourceImage other) {
        return new SourceImage(id, names.and(other.names), content, archive);
    }
}
