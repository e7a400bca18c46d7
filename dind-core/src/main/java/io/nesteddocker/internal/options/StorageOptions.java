package io.nesteddocker.internal.options;

import io.nesteddocker.DataRoot;
import io.nesteddocker.ImageSource;
import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.SharedFolder;
import io.nesteddocker.internal.registry.ImageReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The options for the data root, shared folders and images.
 *
 * @param dataRoot the place of the inner engine's data
 * @param folders folders of this program's machine, each mounted at the same path in the daemon container
 * @param images the images that the daemon has after its start
 */
public record StorageOptions(DataRoot dataRoot, List<SharedFolder> folders, List<ImageSource> images) {

    static final StorageOptions DEFAULTS = new StorageOptions(DataRoot.anonymousVolume(), List.of(), List.of());

    /** The paths at which a mount would hide files that the daemon needs. */
    private static final Set<String> NEEDED = Set.of(
            "/",
            "/bin",
            "/etc",
            "/lib",
            "/lib64",
            "/opt",
            "/root",
            "/sbin",
            "/tmp",
            "/usr",
            "/usr/bin",
            "/usr/lib",
            "/usr/local",
            "/usr/sbin",
            "/var",
            "/var/lib",
            "/var/run");

    /** The folders that the daemon container uses itself; nothing may be mounted at these paths or below them. */
    private static final List<String> OWN =
            List.of("/dev", "/nested-docker", "/proc", "/run", "/sys", "/var/lib/docker", "/var/lib/containerd");

    /** Returns the same options with another data root. */
    public StorageOptions dataRoot(DataRoot root) {
        return new StorageOptions(root, folders, images);
    }

    /** Returns the same options with one more image. */
    public StorageOptions image(ImageSource image) {
        ImageReference.check(image);
        return new StorageOptions(dataRoot, folders, Copies.plus(images, image));
    }

    /** Returns the same options with one more folder. A folder with the same path is replaced. */
    public StorageOptions folder(Path folder, boolean readOnly) {
        Given.value(folder, "the folder to share");
        Path absolute = folder.toAbsolutePath().normalize();
        String path = absolute.toString();
        if (!path.startsWith("/")) {
            throw refused(folder, "a daemon container has no such path", "give one that begins with a slash");
        }
        if (!Files.isDirectory(absolute)) {
            throw refused(folder, "there is no such folder", "make it first, or copy single files with copyIn(..)");
        }
        if (NEEDED.contains(path) || OWN.stream().anyMatch(own -> path.equals(own) || path.startsWith(own + "/"))) {
            throw refused(
                    folder,
                    "the daemon container needs its own folder there",
                    "share a folder below it or elsewhere, such as one in your home");
        }
        SharedFolder shared = new SharedFolder(path, readOnly);
        List<SharedFolder> replaced = folders.stream()
                .map(other -> other.path().equals(path) ? shared : other)
                .toList();
        return new StorageOptions(dataRoot, Copies.plusOnce(replaced, shared), images);
    }

    private static IllegalArgumentException refused(Path folder, String reason, String cure) {
        return new IllegalArgumentException(
                "Tried to share the folder " + folder + " with the daemon container but " + reason + "; " + cure + ".");
    }

    @Override
    public String toString() {
        return "dataRoot=" + dataRoot
                + (folders.isEmpty() ? "" : ", folders=" + folders)
                + (images.isEmpty() ? "" : ", images=" + images);
    }
}
