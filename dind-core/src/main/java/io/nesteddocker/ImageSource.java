package io.nesteddocker;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Says where an image comes from that shall be inside a nested daemon.
 *
 * <p>Immutable and thread-safe.
 *
 * @see NestedDockerBuilder
 */
public sealed interface ImageSource {

    /**
     * The outer engine's image, which is pulled there first where it is missing. A plain string means this.
     *
     * @param reference a name such as {@code alpine:3.20} ({@code latest} without a tag), a digest, or an image ID
     * @return the source
     * @throws IllegalArgumentException if the reference is blank or has a space in it
     */
    static ImageSource of(String reference) {
        return new Named(reference);
    }

    /**
     * The outer engine's image as it is there; no registry is asked.
     *
     * @param reference a name such as {@code alpine:3.20} ({@code latest} without a tag), a digest, or an image ID
     * @return the source
     * @throws IllegalArgumentException if the reference is blank or has a space in it
     */
    static ImageSource outer(String reference) {
        return new Outer(reference);
    }

    /**
     * The registry's image as it is now: pulled into the outer engine, also where that has one of the same name, and taken from there.
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
     * All images of an archive that {@code docker save} wrote, or of an OCI layout in a tar file; it may be compressed with gzip.
     *
     * @param path the archive, which must be there
     * @return the source
     * @throws IllegalArgumentException if there is no such file
     */
    static ImageSource archive(Path path) {
        return new Archive(path);
    }

    /**
     * See {@link ImageSource#of}.
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

        /** The reference. */
        @Override
        public String toString() {
            return reference;
        }
    }

    /**
     * See {@link ImageSource#outer}.
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

        /** The reference. */
        @Override
        public String toString() {
            return reference;
        }
    }

    /**
     * See {@link ImageSource#registry}.
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

        /** The reference. */
        @Override
        public String toString() {
            return reference;
        }
    }

    /**
     * See {@link ImageSource#archive}.
     *
     * @param path the archive
     */
    record Archive(Path path) implements ImageSource {

        /**
         * Checks that there is a file.
         *
         * @param path the archive
         */
        public Archive {
            if (Files.isDirectory(path)) {
                throw new IllegalArgumentException(
                        "Tried to take images from the archive " + path.toAbsolutePath()
                                + " but that is a folder; name a file, which `tar` makes of the folder if it is an OCI layout.");
            }
            if (!Files.isRegularFile(path)) {
                throw new IllegalArgumentException("Tried to take images from the archive " + path.toAbsolutePath()
                        + " but there is no such file; write one with `docker save`, or correct the path.");
            }
            path = path.toAbsolutePath();
        }

        /** The path. */
        @Override
        public String toString() {
            return path.toString();
        }
    }

    private static void refuseOddReference(String reference) {
        if (reference.isEmpty() || reference.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            throw new IllegalArgumentException("Tried to use \"" + reference
                    + "\" as the name of an image but it is empty or has a space in it; it looks like alpine:3.20 or"
                    + " registry.example:5000/team/app:1.");
        }
    }
}
