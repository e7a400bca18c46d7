package io.nesteddocker.internal.tar;

import io.nesteddocker.DaemonImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A small tar archive in memory. Its entries belong to root unless {@link #ownedBy(int)} sets another user. For use by one thread. */
public final class TarArchive {

    private static final int FOLDER = 0040000;
    private static final int FILE = 0100000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes);
    private int userId;

    /** Begins an empty archive. */
    public TarArchive() {
        // The tar of busybox supports long names only in this form.
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    }

    /** Sets the user, by number, that owns the files and folders that are added from now on. */
    public TarArchive ownedBy(int user) {
        userId = user;
        return this;
    }

    /** Adds a folder, whose name ends with a slash. */
    public TarArchive folder(String name, int permissions) {
        return add(name, FOLDER | permissions, new byte[0]);
    }

    /** Adds a file. */
    public TarArchive file(String name, int permissions, byte[] content) {
        return add(name, FILE | permissions, content);
    }

    /** Adds a symbolic link. */
    public TarArchive link(String name, String target) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        return add(entry, new byte[0]);
    }

    /** Adds one of the library's files for daemon images: the start script or the Dockerfile. */
    public TarArchive imageFile(String name, int permissions, String resource) {
        try (InputStream file = DaemonImage.class.getResourceAsStream("image/" + resource)) {
            Objects.requireNonNull(file, () -> resource + " is missing from the library's jar");
            return file(name, permissions, file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the archive and returns it. */
    public byte[] toBytes() {
        try {
            tar.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private TarArchive add(String name, int mode, byte[] content) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setSize(content.length);
        return add(entry, content);
    }

    private TarArchive add(TarArchiveEntry entry, byte[] content) {
        try {
            entry.setUserId(userId);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
