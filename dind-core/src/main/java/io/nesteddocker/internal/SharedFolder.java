package io.nesteddocker.internal;

/**
 * A folder of this program's machine that is mounted in the daemon container at the same path.
 *
 * @param path the folder's absolute path
 * @param readOnly whether the folder is mounted read-only, so that no process inside can write to it
 */
public record SharedFolder(String path, boolean readOnly) {

    /** Returns whether the other folder is this one, or contains it. */
    public boolean isIn(SharedFolder other) {
        return path.equals(other.path) || path.startsWith(other.path + "/");
    }
}
