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
 * This program's private folder for sockets and key files: mode 0700, gone when the program ends in whatever way.
 *
 * <p>A shell waits on a pipe from this program and removes the folder when the pipe closes, which SIGKILL can't prevent. Where there is
 * no shell, the shutdown hook and the next program's {@link #sweep()} do it. Thread-safe.
 */
public final class SessionFolder {

    private static final Logger LOG = LoggerFactory.getLogger(SessionFolder.class);
    private static final String PREFIX = "nested-docker-";
    private static final String LASTING_PREFIX = PREFIX + "reuse-";

    /** The file in a lasting folder whose daemon has been up. */
    private static final String UP = "up";

    private static final Duration LONGEST_START = Duration.ofMinutes(10);

    /** A Unix socket's path has at most 107 bytes, of which ours needs some 30, and 7 more for each level of nesting. */
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

    /** The guard is kept because a collected process object closes its pipe, which would make the shell remove the folder early. */
    private record Session(Path folder, @Nullable Process guard) {}

    private SessionFolder() {}

    /** Makes a fresh folder in it, readable by this user alone. */
    public static Path create() throws IOException {
        return createIn(INSTANCE.ensure());
    }

    /** Makes a fresh folder that outlives this program, readable by this user alone. The program that ends the daemon deletes it. */
    public static Path createLasting() throws IOException {
        return createIn(parent(), LASTING_PREFIX);
    }

    /** Records in such a folder that its daemon is up. From now on, the folder belongs to no daemon if nothing answers at its sockets. */
    public static void markUp(Path lasting) {
        try {
            write(lasting.resolve(UP), new byte[0]);
        } catch (IOException e) {
            LOG.debug("Could not mark the folder {}, so it may stay for some minutes after its daemon", lasting, e);
        }
    }

    /** Whether the path is that of such a folder. A path that others give may be any other, so it must not be deleted or trusted. */
    public static boolean isLasting(Path path) {
        return parent().equals(path.getParent())
                && path.getFileName().toString().startsWith(LASTING_PREFIX)
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes a fresh folder in another, readable by this user alone; its name is short because a socket's path must be. */
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

    /** Makes folders one in the other, each readable by this user alone, and returns the last; those that are there stay as they are. */
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

    /** Writes a file that this user alone can read. */
    public static void write(Path file, byte[] content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, ownerOnly("rw-------"));
        Files.write(file, content, StandardOpenOption.WRITE);
    }

    /** Removes a folder and what is in it; does nothing where it is gone. */
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

    /** Removes the folders of programs that have ended without a trace of themselves. */
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
            // The mark comes after the sockets, so it has to be looked for first.
            return !isStarting(lasting) && !hasServer(lasting);
        } catch (IOException e) {
            LOG.debug("Could not look into the folder {}", lasting, e);
            return false;
        }
    }

    /** A daemon that is starting has no socket yet, and its container may not exist yet. */
    private static boolean isStarting(Path lasting) throws IOException {
        return Files.notExists(lasting.resolve(UP))
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
            // The name tells the owner, because a program may be killed before it has written anything.
            Path fresh = createIn(parent(), PREFIX + Owner.thisProgram().toShortString() + "-");
            current = new Session(fresh, startGuard(fresh));
            session = current;
        }
        return current.folder();
    }

    /** The shell ignores the signals of a terminal, which reach the whole process group before this program has cleaned up. */
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
     * The temporary folder, or a shorter and plainer one where a socket's path would be too long in it or have characters that some
     * Docker client takes for something else.
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
