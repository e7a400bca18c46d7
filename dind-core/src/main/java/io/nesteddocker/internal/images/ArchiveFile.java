package io.nesteddocker.internal.images;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Opens image archives. */
final class ArchiveFile {

    private static final int BUFFER = 64 * 1024;

    private ArchiveFile() {}

    /** Opens a file, which may be compressed with gzip; the caller closes it. */
    static InputStream open(Path path) throws IOException {
        InputStream file = new BufferedInputStream(Files.newInputStream(path), BUFFER);
        try {
            return decompressed(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Undoes gzip, where it was used; the stream must be able to go back to a mark. */
    static InputStream decompressed(InputStream file) throws IOException {
        file.mark(2);
        boolean gzip = file.read() == 0x1f && file.read() == 0x8b;
        file.reset();
        return gzip ? new GZIPInputStream(file, BUFFER) : file;
    }
}
