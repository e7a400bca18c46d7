package io.nesteddocker;

import io.nesteddocker.internal.ByteSize;
import io.nesteddocker.internal.Given;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The place where the inner engine keeps its images, containers and volumes ({@code /var/lib/docker}).
 *
 * <p>It is never the daemon container's own file system, because overlay file systems do not stack.
 *
 * <p>Immutable and thread-safe.
 */
public final class DataRoot {

    private static final long LEAST_MEMORY = 16L << 20;
    private static final Pattern VOLUME_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

    /** The kinds of storage. */
    public enum Kind {
        /** A volume without a name, which is removed with the daemon container. */
        ANONYMOUS_VOLUME,
        /** A volume with a name, which is kept. */
        NAMED_VOLUME,
        /** The outer host's memory. */
        MEMORY
    }

    private final Kind kind;
    private final String volumeName;
    private final long sizeInBytes;

    private DataRoot(Kind kind, String volumeName, long sizeInBytes) {
        this.kind = kind;
        this.volumeName = volumeName;
        this.sizeInBytes = sizeInBytes;
    }

    /**
     * Returns a fresh volume that is removed with the daemon container. This is the default.
     *
     * @return an anonymous volume
     */
    public static DataRoot anonymousVolume() {
        return new DataRoot(Kind.ANONYMOUS_VOLUME, "", 0);
    }

    /**
     * Returns a volume of the outer engine that is kept when the daemon is closed, so that the next daemon on the volume finds the images
     * again.
     *
     * <p>The outer engine creates the volume if it does not exist. This library never removes the volume. Only one daemon at a time can use
     * it: {@code start()} fails if another container that runs, or that another program is about to start, has mounted the volume.
     *
     * @param name the volume's name
     * @return a named volume
     * @throws IllegalArgumentException if that is not a volume's name
     */
    public static DataRoot volume(String name) {
        if (!VOLUME_NAME
                .matcher(Given.value(name, "the name of the data root's volume"))
                .matches()) {
            throw new IllegalArgumentException(
                    "Tried to use the volume \"" + name
                            + "\" as data root but that is not a volume's name; use letters, digits, dots, dashes and underscores.");
        }
        return new DataRoot(Kind.NAMED_VOLUME, name, 0);
    }

    /**
     * Returns a file system in the memory of the outer host, the fastest place for small data. It counts against the daemon container's
     * memory limit.
     *
     * @param size the most that it may hold, at least 16 MiB: a number with an optional unit {@code b}, {@code k}, {@code m} or {@code g}
     * @return a file system in memory
     * @throws IllegalArgumentException if that is not a size, or less than a daemon needs
     */
    public static DataRoot memory(String size) {
        long bytes = ByteSize.parse("data root size", Given.value(size, "the size of the data root"));
        if (bytes < LEAST_MEMORY) {
            throw new IllegalArgumentException(
                    "Tried to use a data root in memory of \"" + size
                            + "\" but even an empty daemon needs room for its own files; give at least 16m, plus the size of your images.");
        }
        return new DataRoot(Kind.MEMORY, "", bytes);
    }

    /**
     * Returns the kind of storage.
     *
     * @return one of the three kinds
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns the name of the outer engine's volume.
     *
     * @return the name for {@link Kind#NAMED_VOLUME}, otherwise the empty string
     */
    public String volumeName() {
        return volumeName;
    }

    /**
     * Returns the most that the file system may hold.
     *
     * @return bytes for {@link Kind#MEMORY}, otherwise 0
     */
    public long sizeInBytes() {
        return sizeInBytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DataRoot root
                && kind == root.kind
                && volumeName.equals(root.volumeName)
                && sizeInBytes == root.sizeInBytes;
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, volumeName, sizeInBytes);
    }

    /**
     * Returns a description for messages: {@code anonymous volume}, {@code volume NAME} or {@code memory of N bytes}.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return switch (kind) {
            case ANONYMOUS_VOLUME -> "anonymous volume";
            case NAMED_VOLUME -> "volume " + volumeName;
            case MEMORY -> "memory of " + sizeInBytes + " bytes";
        };
    }

    /**
     * The condition in which a program leaves a daemon and its data root for the next program.
     *
     * @see NestedDockerBuilder#reuse(String, Reuse)
     */
    public enum Reuse {

        /**
         * The state after the start: {@link NestedDocker#close()} resets the daemon as {@link NestedDocker#reset()} does. If that fails, or
         * if the program is killed, the next program starts another daemon.
         */
        RESET,

        /** The state at the end of the program: containers run on, and images and volumes stay, even if the program is killed. */
        AS_IT_WAS,

        /**
         * A new daemon each time: while the program runs, the library starts a spare daemon in the background for the next program.
         * {@link NestedDocker#close()} ends the daemon that was used, and waits until the spare daemon has started. A program that ends
         * without {@code close()}, for example by {@link System#exit}, does not wait, and leaves no daemon if the spare daemon has not
         * started yet.
         */
        FRESH
    }
}
