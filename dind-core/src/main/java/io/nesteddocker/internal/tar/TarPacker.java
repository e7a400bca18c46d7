package io.nesteddocker.internal.tar;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a file or folder to a stream as a tar archive, with modes and links, owned by root. For use by one thread. */
public final class TarPacker extends SimpleFileVisitor<Path> {

    private static final int PERMISSIONS = 07777;
    private static final int READABLE_FILE = 0644;
    private static final int EXECUTABLE_FILE = 0755;
    private static final int FILE = 0100000;
    private static final int FOLDER = 0040000;

    private final Path source;
    private final String name;
    private final TarArchiveOutputStream tar;

    private TarPacker(Path source, String name, TarArchiveOutputStream tar) {
        this.source = source;
        this.name = name;
        this.tar = tar;
    }

    /** Writes {@code source} under {@code name}, which is a path without a slash before it, and ends the archive. */
    public static void pack(Path source, String name, OutputStream output) throws IOException {
        // Never closed: after a failure, close() would give the incomplete archive a proper end.
        TarArchiveOutputStream tar = new TarArchiveOutputStream(output, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        Files.walkFileTree(source, new TarPacker(source, name, tar));
        tar.finish();
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        put(new TarArchiveEntry(nameOf(folder) + "/"), FOLDER | mode(folder, EXECUTABLE_FILE), attributes);
        tar.closeArchiveEntry();
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isSymbolicLink()) {
            TarArchiveEntry link = new TarArchiveEntry(nameOf(file), TarConstants.LF_SYMLINK);
            link.setLinkName(Files.readSymbolicLink(file).toString());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        } else if (attributes.isRegularFile()) {
            TarArchiveEntry entry = new TarArchiveEntry(nameOf(file));
            entry.setSize(attributes.size());
            int usual = Files.isExecutable(file) ? EXECUTABLE_FILE : READABLE_FILE;
            put(entry, FILE | mode(file, usual), attributes);
            Files.copy(file, tar);
            tar.closeArchiveEntry();
        } else {
            throw new IOException(file
                    + " is neither a file nor a folder nor a link; remove it, or copy the other files one at a time");
        }
        return FileVisitResult.CONTINUE;
    }

    private void put(TarArchiveEntry entry, int mode, BasicFileAttributes attributes) throws IOException {
        entry.setMode(mode);
        entry.setModTime(attributes.lastModifiedTime());
        tar.putArchiveEntry(entry);
    }

    private String nameOf(Path path) {
        String below =
                source.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
        return below.isEmpty() ? name : name + "/" + below;
    }

    /** Returns a file's mode, or the usual one if the file system has no such modes. */
    private static int mode(Path path, int usual) throws IOException {
        return path.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? (Integer) Files.getAttribute(path, "unix:mode") & PERMISSIONS
                : usual;
    }
}
