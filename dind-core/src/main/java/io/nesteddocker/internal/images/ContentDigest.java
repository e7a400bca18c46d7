package io.nesteddocker.internal.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nesteddocker.internal.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Computes and verifies the SHA-256 digests of the files in an image archive. */
final class ContentDigest {

    /** Matches the blobs of an OCI layout, and the configurations in older archives. */
    private static final Pattern NAME =
            Pattern.compile("(?:blobs/sha256/|sha256:)([0-9a-f]{64})|([0-9a-f]{64})\\.json");

    private static final int BUFFER = 64 * 1024;

    private ContentDigest() {}

    /** Returns the digest that a file's name contains, or the empty string. */
    static String inName(String file) {
        Matcher name = NAME.matcher(file);
        if (!name.matches()) {
            return "";
        }
        return "sha256:" + (name.group(1) == null ? name.group(2) : name.group(1));
    }

    /** Reads a stream to its end, and returns the digest of all its bytes. */
    static String of(InputStream content) throws IOException {
        Hashing hashing = new Hashing(content);
        hashing.transferTo(OutputStream.nullOutputStream());
        return hashing.digest();
    }

    /** A stream that hashes the bytes that are read from it. */
    static final class Hashing extends DigestInputStream {

        Hashing(InputStream content) {
            super(content, Sha256.begin());
        }

        /** Ends the hash, and returns the digest of the bytes that have been read. */
        String digest() {
            return Sha256.end(getMessageDigest());
        }
    }

    /**
     * Reads a stream to its end, and returns the digest of its content without compression.
     *
     * @return the digest, or empty if the content is compressed in a format that engines read and this library does not
     */
    static Optional<String> beforeCompression(InputStream content) throws IOException {
        InputStream buffered = new BufferedInputStream(content, BUFFER);
        buffered.mark(BUFFER);
        String start = new String(buffered.readNBytes(6), ISO_8859_1);
        buffered.reset();
        boolean other = start.startsWith("(\u00b5/\u00fd") || start.startsWith("\u00fd7zXZ") || start.startsWith("BZh");
        return other ? Optional.empty() : Optional.of(of(decompressed(buffered)));
    }

    /** Decompresses a stream if it is gzip; the stream must support {@code mark}. */
    static InputStream decompressed(InputStream file) throws IOException {
        file.mark(2);
        boolean gzip = file.read() == 0x1f && file.read() == 0x8b;
        file.reset();
        return gzip ? new GZIPInputStream(file, BUFFER) : file;
    }

    /** Throws if a file does not have the expected digest. */
    static void verify(String file, String digest, String expected) throws BrokenArchiveException {
        if (!digest.equals(expected)) {
            throw new BrokenArchiveException(
                    "its file " + file + " has the digest " + digest + " and should have " + expected);
        }
    }
}
