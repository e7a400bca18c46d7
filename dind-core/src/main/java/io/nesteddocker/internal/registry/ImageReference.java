package io.nesteddocker.internal.registry;

import io.nesteddocker.ImageSource;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A reference to an image, taken apart: {@code name[:tag][@digest]}, or an image ID. As in Docker's own commands, a digest decides alone,
 * and a tag beside it is ignored. Immutable and thread-safe.
 *
 * @param name the repository with its registry, as it was written; for an ID, the ID
 * @param tag the tag; {@code latest} if the text has neither tag nor digest, empty if it has a digest or is an ID
 * @param digest the digest such as {@code sha256:0123..}, or empty
 * @param isId whether it can only be an image ID
 */
public record ImageReference(String name, String tag, String digest, boolean isId) {

    /** The name of the registry Docker Hub. */
    public static final String DOCKER_HUB = "docker.io";

    private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{4,64}|[0-9a-f]{64}");

    private static final Pattern DIGEST =
            Pattern.compile("sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}");
    private static final Pattern REGISTRY = Pattern.compile("([a-zA-Z0-9][a-zA-Z0-9.-]*|\\[[a-fA-F0-9:]+])(:[0-9]+)?");
    private static final Pattern PATH =
            Pattern.compile("[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*(/[a-z0-9]+(([._]|__|-+)[a-z0-9]+)*)*");
    /** More than engines accept; the patterns would need too much of the stack for much longer texts. */
    private static final int LONGEST = 512;

    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}");

    /** Takes a reference apart. */
    public static ImageReference parse(String text) {
        if (ID.matcher(text).matches()) {
            return new ImageReference(text, "", "", true);
        }
        int at = text.indexOf('@');
        String named = at < 0 ? text : text.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        String name = colon < 0 ? named : named.substring(0, colon);
        return at < 0
                ? new ImageReference(name, colon < 0 ? "latest" : named.substring(colon + 1), "", false)
                : new ImageReference(name, "", text.substring(at + 1), false);
    }

    /** Throws an {@link IllegalArgumentException} if a source names its image by a text that is no reference. */
    public static void check(ImageSource source) {
        Optional<String> problem =
                source instanceof ImageSource.Archive ? Optional.empty() : problemOf(source.toString());
        if (problem.isPresent()) {
            throw new IllegalArgumentException("Tried to use the image \"" + source
                    + "\" but that is not an image reference, because " + problem.get()
                    + "; give one such as alpine:3.20 or registry.example:5000/team/app:1.");
        }
    }

    /**
     * Returns a clause that says why every engine refuses a text as a reference; empty if an engine may accept the text.
     *
     * @see <a href="https://pkg.go.dev/github.com/distribution/reference">Distribution: the grammar of references</a>
     */
    public static Optional<String> problemOf(String text) {
        if (text.isBlank()) {
            return Optional.of("it is blank");
        }
        if (text.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
            return Optional.of("it has white space or a control character in it");
        }
        if (text.length() > LONGEST) {
            return Optional.of("it is longer than " + LONGEST + " characters");
        }
        if (ID.matcher(text).matches()) {
            return Optional.empty();
        }
        int at = text.indexOf('@');
        if (at >= 0 && !DIGEST.matcher(text.substring(at + 1)).matches()) {
            return Optional.of(
                    "a digest is sha256:, sha384: or sha512: with 64, 96 or 128 hexadecimal digits in lower case");
        }
        ImageReference named = parse(at < 0 ? text : text.substring(0, at));
        int slash = isRegistry(firstPart(named.name)) ? named.name.indexOf('/') : -1;
        if (slash >= 0 && !REGISTRY.matcher(named.name.substring(0, slash)).matches()) {
            return Optional.of("a registry is the name of a host, or its address, with an optional port");
        }
        if (!PATH.matcher(named.name.substring(slash + 1)).matches()) {
            return Optional.of(
                    "a name has lower-case letters and digits, separated by one dot, by one or two underscores, or by dashes");
        }
        return TAG.matcher(named.tag).matches()
                ? Optional.empty()
                : Optional.of("a tag has up to 128 letters, digits, dots, dashes and underscores");
    }

    /** Returns the name with its tag, if it has one. */
    public Optional<String> tagged() {
        return isId || tag.isEmpty() ? Optional.empty() : Optional.of(name + ":" + tag);
    }

    /** Returns the name with its digest, if it has one. */
    public Optional<String> digested() {
        return digest.isEmpty() ? Optional.empty() : Optional.of(name + "@" + digest);
    }

    /** Returns the short form that engines list: without Docker Hub's name and without {@code library/}. */
    public static String familiar(String name) {
        return name.replaceFirst("^((index\\.)?docker\\.io/)?(library/(?=[^/]+$))?", "");
    }

    /** Returns the long form that the containerd image store has: with Docker Hub's name and with {@code library/}. */
    public static String full(String name) {
        if (isRegistry(firstPart(name))) {
            return name;
        }
        return DOCKER_HUB + "/" + (name.indexOf('/') < 0 ? "library/" : "") + name;
    }

    /** Returns the registry that a reference begins with; a reference without one belongs to Docker Hub. */
    public static String registryOf(String reference) {
        String first = firstPart(reference);
        return !isRegistry(first) || first.equals("index.docker.io") ? DOCKER_HUB : first;
    }

    /** Returns whether Docker takes the first part of a reference for a registry; otherwise, it is a namespace on Docker Hub. */
    public static boolean isRegistry(String firstPart) {
        return firstPart.contains(".")
                || firstPart.contains(":")
                || firstPart.equals("localhost")
                || !firstPart.equals(firstPart.toLowerCase(Locale.ROOT));
    }

    private static String firstPart(String reference) {
        int slash = reference.indexOf('/');
        return slash < 0 ? "" : reference.substring(0, slash);
    }
}
