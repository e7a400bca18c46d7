package io.nesteddocker.internal.registry;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A reference to an image, taken apart: {@code name[:tag][@digest]}, or an image ID. Immutable and thread-safe.
 *
 * @param name the repository with its registry, as it was written; for an ID, the ID
 * @param tag the tag; {@code latest} if the text has neither tag nor digest, empty if it has only a digest or is an ID
 * @param digest the digest such as {@code sha256:0123..}, or empty
 * @param isId whether it can only be an image ID
 */
public record ImageReference(String name, String tag, String digest, boolean isId) {

    private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{4,64}|[0-9a-f]{64}");

    public static ImageReference parse(String text) {
        if (ID.matcher(text).matches()) {
            return new ImageReference(text, "", "", true);
        }
        int at = text.indexOf('@');
        String named = at < 0 ? text : text.substring(0, at);
        String digest = at < 0 ? "" : text.substring(at + 1);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
        String tag = colon < 0 ? (digest.isEmpty() ? "latest" : "") : named.substring(colon + 1);
        return new ImageReference(colon < 0 ? named : named.substring(0, colon), tag, digest, false);
    }

    /** Returns the name with its tag, if it has one. */
    public Optional<String> tagged() {
        return isId || tag.isEmpty() ? Optional.empty() : Optional.of(name + ":" + tag);
    }

    /** Returns the short form that engines list: without Docker Hub's name and without {@code library/}. */
    public static String familiar(String name) {
        return name.replaceFirst("^((index\\.)?docker\\.io/)?(library/)?", "");
    }

    /** Returns the long form that the containerd image store has: with Docker Hub's name and with {@code library/}. */
    public static String full(String name) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
            return name;
        }
        return "docker.io/" + (slash < 0 ? "library/" : "") + name;
    }
}
