package io.nesteddocker.internal.outer;

import io.nesteddocker.internal.tar.TarArchive;

/** Files for a folder in a container. In the container, only one user and root can open this folder. For use by one thread. */
public final class PrivateFiles {

    private final String folder;
    private final TarArchive tar;

    private PrivateFiles(String folder, int userId) {
        this.folder = folder.substring(1) + "/";
        tar = new TarArchive().ownedBy(userId).folder(this.folder, 0700);
    }

    /** Creates an empty set of files for the folder with this absolute path, which will belong to the user with this number. */
    public static PrivateFiles in(String folder, int userId) {
        return new PrivateFiles(folder, userId);
    }

    /** Adds a file. */
    public PrivateFiles with(String name, byte[] content) {
        tar.file(folder + name, 0600, content);
        return this;
    }

    byte[] toTar() {
        return tar.toBytes();
    }
}
