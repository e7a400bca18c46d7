package io.nesteddocker;

import io.nesteddocker.internal.Given;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The source of an image that a nested daemon is to have.
 *
 * <p>Immutable and thread-safe.
 *
 * @see NestedDockerBuilder
 */
public sealed interface ImageSource {

    /**
     * Returns a source for an image of the outer engine, which first pulls the image if it is missing. Methods that take image names as
     * strings use this source.
     *
     * @param reference a name such as {@code alpine:3.20} ({@code latest} without a tag), a digest, or an image ID
     * @return the source
     * @throws IllegalArgumentException if the reference is blank or has a space in it
     */
    static ImageSource of(String reference) {
        return new Named(reference);
    }

    /**
     * Returns a source for an image that the outer engine has already; no registry is asked.
     *
     * @param reference a name such as {@code alpine:3.20} ({@code latest} without a tag), a digest, or an image ID
     * @return the source
     * @throws IllegalArgumentException if the reference is blank or has a space in it
     */
    static ImageSource outer(String reference) {
        return new Outer(reference);
    }

    /**
     * Returns a source for an image as its registry has it now. The outer engine pulls the image even if it has an image of the same name.
     *
     * <p>Credentials come from the program's Docker configuration ({@code config.json}), credential helpers included.
     *
     * @param reference a name such as {@code registry.example:5000/team/app:1} ({@code latest} without a tag), or a digest
     * @return the source
     * @throws IllegalArgumentException if the reference is blank or has a space in it
     */
    static ImageSource registry(String reference) {
        return new Registry(reference);
    }

    /**
     * Returns a source for all images of an archive that {@code docker save} wrote, or of an OCI layout in a tar file. The archive may be
     * compressed with gzip.
     *
     * @param path the archive, which must exist
     * @return the source
     * @throws IllegalArgumentException if there is no such file
     */
    static ImageSource archive(Path path) {
        return new Archive(path);
    }

    /**
     * A source that {@link ImageSource#of} returns.
     *
     * @param reference the image's name, digest or ID
     */
    record Named(String reference) implements ImageSource {

        /**
         * Checks the reference.
         *
         * @param reference the image's name, digest or ID
         */
        public Named {
            refuseOddReference(reference);
        }

        /** {@return the reference} */
        @Override
        public String toString() {
            return reference;
        }
    }

    /**
     * A source that {@link ImageSource#outer} returns.
     *
     * @param reference the image's name, digest or ID
     */
    record Outer(String reference) implements ImageSource {

        /**
         * Checks the reference.
         *
         * @param reference the image's name, digest or ID
         */
        public Outer {
            refuseOddReference(reference);
        }

        /** {@return the reference} */
        @Override
        public String toString() {
            return reference;
        }
    }

    /**
     * A source that {@link ImageSource#registry} returns.
     *
     * @param reference the image's name or digest
     */
    record Registry(String reference) implements ImageSource {

        /**
         * Checks the reference.
         *
         * @param reference the image's name or digest
         */
        public Registry {
            refuseOddReference(reference);
        }

        /** {@return the reference} */
        @Override
        public String toString() {
            return reference;
        }
    }

    /**
     * A source that {@link ImageSource#archive} returns.
     *
     * @param path the archive
     */
    record Archive(Path path) implements ImageSource {

        /**
         * Checks that the path is a file.
         *
         * @param path the archive
         */
        public Archive {
            Given.value(path, "an archive with images");
            if (Files.isDirectory(path)) {
                throw new IllegalArgumentException(
                        "Tried to take images from the archive " + path.toAbsolutePath()
                                + " but that is a folder; name a file, or, for an OCI layout, pack the folder into a file with `tar`.");
            }
            if (!Files.isRegularFile(path)) {
                throw new IllegalArgumentException("Tried to take images from the archive " + path.toAbsolutePath()
                        + " but there is no such file; write one with `docker save`, or correct the path.");
            }
            path = path.toAbsolutePath();
        }

        /** {@return the path} */
        @Override
        public String toString() {
            return path.toString();
        }
    }

    private static void refuseOddReference(String reference) {
        Given.value(reference, "the reference of an image");
        if (reference.isEmpty() || reference.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("Tried to use \"" + reference
                    + "\" as the name of an image but it is empty or has a space in it; it looks like alpine:3.20 or"
                    + " registry.example:5000/team/app:1.");
        }
    }
}
