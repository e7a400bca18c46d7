package io.nesteddocker.internal.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This program's private folder for sockets and key files. It has mode 0700, and is removed when the program ends in any way.
 *
 * <p>A shell waits on a pipe from this program and removes the folder when the pipe closes, which happens even after SIGKILL. Without a
 * shell, the shutdown hook and the next program's {@link #sweep()} remove it. Thread-safe.
 */
public final class SessionFolder {

    private static final Logger LOG = LoggerFactory.getLogger(SessionFolder.class);
    private static final String PREFIX = "nested-docker-";
    private static final String LASTING_PREFIX = PREFIX + "reuse-";

    /** The name of a file that marks a lasting folder whose daemon has been up. */
    private static final String UP_MARK = "up";

    private static final Duration LONGEST_START = Duration.ofMinutes(10);

    /**
     * The maximum length of the parent's path: a Unix socket's path has at most 107 bytes, and the rest needs about 30, plus 7 for each
     * level of nesting.
     */
    /** What to do if a folder can't be made, for the end of a message. */
    public static final String CURE =
            "Point java.io.tmpdir at a folder that can be written, with a path of at most 40 letters, digits and plain characters;"
                    + " in place of any other, /tmp is used.";

    private static final int LONGEST_PARENT = 40;

    private static final Path SHORT_PARENT = Path.of("/tmp");
    private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9/._~+-]*");
    private static final int MOST_ATTEMPTS = 20;

    private static final SessionFolder INSTANCE = new SessionFolder();

    private @Nullable Session session;

    /**
     * The folder and its guard process. The process object is kept because its collection would close the pipe, and the shell would remove
     * the folder too early.
     */
    private record Session(Path folder, @Nullable Process guard) {}

    private SessionFolder() {}

    /** Creates a new folder in this program's folder, which only this user can read. */
    public static Path create() throws IOException {
        return createIn(INSTANCE.ensure());
    }

    /** Creates a new folder that outlives this program, which only this user can read. The program that ends the daemon deletes it. */
    public static Path createLasting() throws IOException {
        return createIn(parent(), LASTING_PREFIX);
    }

    /** Records in a lasting folder that its daemon is up. From then on, the folder counts as deserted if nothing answers at its sockets. */
    public static void markUp(Path lasting) {
        try {
            write(lasting.resolve(UP_MARK), new byte[0]);
        } catch (IOException e) {
            LOG.debug("Could not mark the folder {}, so it may stay for some minutes after its daemon", lasting, e);
        }
    }

    /** Returns whether the path is that of a lasting folder. A path from others may be any other, which must not be deleted or trusted. */
    public static boolean isLasting(Path path) {
        return parent().equals(path.getParent())
                && path.getFileName().toString().startsWith(LASTING_PREFIX)
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Creates a new folder in another one, which only this user can read. Its name is short, because a socket's path must be short. */
    public static Path createIn(Path parent) throws IOException {
        return createIn(parent, "");
    }

    private static Path createIn(Path parent, String prefix) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                String name =
                        prefix + Integer.toHexString(ThreadLocalRandom.current().nextInt(0x1000000));
                return Files.createDirectory(parent.resolve(name), ownerOnly("rwx------"));
            } catch (FileAlreadyExistsException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Creates nested folders, which only this user can read, and returns the innermost one. Folders that exist already stay unchanged. */
    public static Path subfolder(Path folder, String... names) throws IOException {
        Path last = folder;
        for (String name : names) {
            last = last.resolve(name);
            if (!Files.isDirectory(last)) {
                Files.createDirectory(last, ownerOnly("rwx------"));
            }
        }
        return last;
    }

    /** Writes a file that only this user can read. */
    public static void write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, ownerOnly("rw-------"));
        Files.write(file, content, StandardOpenOption.WRITE);
    }

    /** Removes a folder and its contents. Does nothing if the folder is gone. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes the folders that dead programs and daemons have left. */
    static void sweep() {
        try (Stream<Path> folders = Files.list(parent())) {
            folders.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .filter(SessionFolder::isAbandoned)
                    .forEach(SessionFolder::deleteOrLeave);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("Could not look for abandoned folders", e);
        }
    }

    private static boolean isAbandoned(Path path) {
        return path.getFileName().toString().startsWith(LASTING_PREFIX) ? isDeserted(path) : isOfEndedProgram(path);
    }

    private static boolean isDeserted(Path lasting) {
        try {
            // The mark is written after the sockets, so it must be checked first.
            return !isStarting(lasting) && !hasServer(lasting);
        } catch (IOException e) {
            LOG.debug("Could not look into the folder {}", lasting, e);
            return false;
        }
    }

    /** Returns whether the daemon may be starting. Then it has no socket yet, and its container may not exist yet. */
    private static boolean isStarting(Path lasting) throws IOException {
        return Files.notExists(lasting.resolve(UP_MARK))
                && Files.getLastModifiedTime(lasting)
                        .toInstant()
                        .isAfter(Instant.now().minus(LONGEST_START));
    }

    private static boolean hasServer(Path lasting) throws IOException {
        try (Stream<Path> files = Files.list(lasting)) {
            return files.sorted().anyMatch(SessionFolder::isServed);
        }
    }

    private static boolean isServed(Path socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isOfEndedProgram(Path path) {
        String name = path.getFileName().toString().substring(PREFIX.length());
        return Owner.parseShort(name.substring(0, Math.max(0, name.lastIndexOf('-'))))
                .map(Owner::hasEnded)
                .orElse(false);
    }

    private static void deleteOrLeave(Path path) {
        try {
            delete(path);
        } catch (IOException e) {
            LOG.debug("Could not remove the abandoned folder {}", path, e);
        }
    }

    private synchronized Path ensure() throws IOException {
        Session current = session;
        if (current == null || !Files.isDirectory(current.folder())) {
            // The name contains the owner, because a program may be killed before it has written a file.
            Path fresh = createIn(parent(), PREFIX + Owner.thisProgram().toShortString() + "-");
            current = new Session(fresh, startGuard(fresh));
            session = current;
        }
        return current.folder();
    }

    /**
     * Starts the shell that guards the folder. It ignores a terminal's signals, which reach the whole process group before this program has
     * cleaned up.
     */
    private static @Nullable Process startGuard(Path fresh) {
        String script = "trap '' HUP INT TERM; read -r _ || :; rm -rf -- \"$1\"";
        try {
            return new ProcessBuilder("/bin/sh", "-c", script, "nested-docker-guard", fresh.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            LOG.debug("No shell to remove {} if this program is killed; the next start will", fresh, e);
            ShutdownHook.onExit(() -> deleteOrLeave(fresh));
            return null;
        }
    }

    private static Path parent() {
        return parent(System.getProperty("java.io.tmpdir", ""));
    }

    /**
     * Returns the temporary folder. If a socket's path in it would be too long, or would contain characters that some Docker clients
     * misread, returns {@code /tmp} instead.
     */
    static Path parent(String temporaryFolder) {
        Path usual = Path.of(temporaryFolder).toAbsolutePath().normalize();
        boolean fits = usual.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PARENT
                && PLAIN_PATH.matcher(usual.toString()).matches();
        return !fits && Files.isDirectory(SHORT_PARENT) ? SHORT_PARENT : usual;
    }

    private static FileAttribute<?>[] ownerOnly(String permissions) {
        boolean posix =
                Path.of("/").getFileSystem().supportedFileAttributeViews().contains("posix");
        Set<PosixFilePermission> set = PosixFilePermissions.fromString(permissions);
        return posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(set)} : new FileAttribute<?>[0];
    }
}
