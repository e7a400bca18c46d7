package io.nesteddocker.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 hashes, as hexadecimal digits and as the digests that images have. */
public final class Sha256 {

    private Sha256() {}

    /** Returns a hash to which bytes can be added. */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", e);
        }
    }

    /** Ends a hash, and returns it as a digest such as {@code sha256:0123..}. */
    public static String end(MessageDigest hash) {
        return "sha256:" + HexFormat.of().formatHex(hash.digest());
    }

    /** Returns the hash of bytes as a digest such as {@code sha256:0123..}. */
    public static String digest(byte[] content) {
        return "sha256:" + hex(content);
    }

    /** Returns the hash of a text in UTF-8 as a digest such as {@code sha256:0123..}. */
    public static String digest(String text) {
        return "sha256:" + hex(text);
    }

    /** Returns the hexadecimal digits of a digest such as {@code sha256:0123..}. */
    public static String hexDigits(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
    }

    /** Returns the hash of bytes as 64 hexadecimal digits. */
    public static String hex(byte[] content) {
        return HexFormat.of().formatHex(begin().digest(content));
    }

    /** Returns the hash of a text in UTF-8 as 64 hexadecimal digits. */
    public static String hex(String text) {
        return hex(text.getBytes(StandardCharsets.UTF_8));
    }
}
