package io.nesteddocker.internal.tar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks a tar archive of one file or folder to a path on this machine, with modes and links.
 *
 * <p>Nothing is written outside of that path, whatever names are in the archive. For use by one thread.
 */
public final class TarUnpacker {

    private static final PosixFilePermission[] FROM_LOWEST = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };

    private final Path target;

    /** The modes of folders, which are set last, because a mode may forbid writing into the folder. */
    private final Map<Path, Integer> folderModes = new LinkedHashMap<>();

    private TarUnpacker(Path target) {
        this.target = target;
    }

    /** Unpacks the archive's file or folder as {@code target}. */
    public static void unpack(InputStream archive, Path target) throws IOException {
        Path absolute = target.toAbsolutePath().normalize();
        new TarUnpacker(absolute).unpack(archive);
    }

    private void unpack(InputStream archive) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(archive, "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(entry, tar);
            }
        }
        for (Map.Entry<Path, Integer> folder : folderModes.entrySet()) {
            setMode(folder.getKey(), folder.getValue());
        }
    }

    private void unpack(TarArchiveEntry entry, InputStream content) throws IOException {
        refuseWhatIsNoFile(entry);
        Path path = placeOf(entry.getName());
        if (path.equals(target) && target.getParent() != null) {
            Files.createDirectories(target.getParent());
        }
        if (entry.isDirectory()) {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(path);
            }
            folderModes.put(path, entry.getMode());
            return;
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is a folder");
        }
        if (entry.isSymbolicLink()) {
            Files.deleteIfExists(path);
            Files.createSymbolicLink(path, path.getFileSystem().getPath(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.copy(
                    placeOf(entry.getLinkName()),
                    path,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES,
                    LinkOption.NOFOLLOW_LINKS);
        } else {
            Files.deleteIfExists(path);
            Files.copy(content, path);
            setMode(path, entry.getMode());
            Files.setLastModifiedTime(
                    path, FileTime.from(entry.getLastModifiedTime().toInstant()));
        }
    }

    /** {@link TarArchiveEntry#isFile} is true for pipes and devices, too, which would become empty files. */
    private static void refuseWhatIsNoFile(TarArchiveEntry entry) throws IOException {
        boolean device = entry.isCharacterDevice() || entry.isBlockDevice();
        if (device || entry.isFIFO() || !(entry.isDirectory() || entry.isFile())) {
            throw new IOException(entry.getName() + " is neither a file nor a folder nor a link"
                    + (device ? " but a device" : entry.isFIFO() ? " but a pipe" : "")
                    + "; remove it, or copy the other files one at a time");
        }
    }

    /** Returns the path for a name, whose first part stands for the target; refuses names that lead out of it, also through links. */
    private Path placeOf(String name) throws IOException {
        String[] parts = name.replaceFirst("/+$", "").split("/+", -1);
        Path place = target;
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].equals("..") || Files.isSymbolicLink(place)) {
                throw new IOException("the archive has a name that leads out of it: " + name);
            }
            place = place.resolve(parts[i]);
        }
        return place;
    }

    private static void setMode(Path path, int mode) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < FROM_LOWEST.length; bit++) {
            if ((mode >> bit & 1) == 1) {
                permissions.add(FROM_LOWEST[bit]);
            }
        }
        Files.setPosixFilePermissions(path, permissions);
    }
}
