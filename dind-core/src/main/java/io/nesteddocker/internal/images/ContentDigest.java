package io.nesteddocker.internal.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the digests of an image archive's files are, and what they should be. */
final class ContentDigest {

    /** Blobs of an OCI layout, and the names of configurations beside layers. */
    private static final Pattern NAME =
            Pattern.compile("(?:blobs/sha256/|sha256:)([0-9a-f]{64})|([0-9a-f]{64})\\.json");

    private static final int BUFFER = 64 * 1024;

    private ContentDigest() {}

    /** The digest that a file's name promises, or the empty string. */
    static String inName(String file) {
        Matcher name = NAME.matcher(file);
        if (!name.matches()) {
            return "";
        }
        return "sha256:" + (name.group(1) == null ? name.group(2) : name.group(1));
    }

    /** Reads to the end, and returns the digest of what was read. */
    static String of(InputStream content) throws IOException {
        MessageDigest digest = SourceImage.newSha256();
        byte[] buffer = new byte[BUFFER];
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            digest.update(buffer, 0, count);
        }
        return SourceImage.digest(digest.digest());
    }

    /** The same of what was compressed; empty if it is compressed in a way that only engines can undo. */
    static Optional<String> beforeCompression(InputStream content) throws IOException {
        InputStream buffered = new BufferedInputStream(content, BUFFER);
        buffered.mark(BUFFER);
        String start = new String(buffered.readNBytes(6), ISO_8859_1);
        buffered.reset();
        boolean other = start.startsWith("(\u00b5/\u00fd") || start.startsWith("\u00fd7zXZ") || start.startsWith("BZh");
        return other ? Optional.empty() : Optional.of(of(ArchiveFile.decompressed(buffered)));
    }

    /** Refuses a file that has another digest than it should have. */
    static void verify(String file, String digest, String expected) throws BrokenArchiveException {
        if (!digest.equals(expected)) {
            throw new BrokenArchiveException(
                    "its file " + file + " has the digest " + digest + " and should have " + expected);
        }
    }
}
