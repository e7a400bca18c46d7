package io.nesteddocker.internal.images;

import io.nesteddocker.internal.outer.ImageContent;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An image that shall be inside: what it is, and where it is now. Immutable and thread-safe.
 *
 * @param id its identity where it is now: the digest of its configuration; where the outer engine has the containerd image store, the
 *     digest of its manifest or index
 * @param names what it is called
 * @param content what it holds
 * @param archive the file that it is in, or empty where it is in an engine
 */
public record SourceImage(String id, Names names, ImageContent content, Optional<Path> archive) {

    private static final int LONGEST_TAG = 128;

    /**
     * The names of an image.
     *
     * @param tags the names that it shall have inside, each with a tag; empty where only a digest or an identity was asked for
     * @param digests the repository digests that the outer engine knows for the names that were asked for, such as {@code alpine@sha256:..}
     * @param namedDigests those of the digests that were asked for, each as {@code alpine@sha256:..}
     */
    public record Names(List<String> tags, List<String> digests, List<String> namedDigests) {

        static Names ofTags(List<String> tags) {
            return new Names(tags, List.of(), List.of());
        }

        private Names and(Names others) {
            return new Names(
                    union(tags, others.tags), union(digests, others.digests), union(namedDigests, others.namedDigests));
        }

        private static List<String> union(List<String> some, List<String> others) {
            return Stream.concat(some.stream(), others.stream()).distinct().toList();
        }
    }

    /** The names that it shall have inside, each with a tag. */
    public List<String> tags() {
        return names.tags();
    }

    /** The repository digests that were asked for. */
    public List<String> namedDigests() {
        return names.namedDigests();
    }

    /** Its layers' digests before compression, lowest first. */
    public List<String> layers() {
        return content.layers();
    }

    /** The size of all layers of some images. */
    public static long sizeInBytes(Collection<SourceImage> images) {
        return images.stream().mapToLong(image -> image.content().sizeInBytes()).sum();
    }

    /** A name for people: the first of its names, or its identity. */
    public String title() {
        return Stream.of(names.tags(), names.digests())
                .flatMap(List::stream)
                .findFirst()
                .orElse(id);
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
        return new SourceImage(id, names.and(other.names), content, archive);
    }
}
