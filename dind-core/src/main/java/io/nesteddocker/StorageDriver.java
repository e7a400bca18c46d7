package io.nesteddocker;

import java.util.List;

/**
 * Names how the inner engine stores image layers.
 *
 * <p>Engines have two image stores, and a driver belongs to one of them; this type keeps the two apart.
 *
 * @see <a href="https://docs.docker.com/engine/storage/drivers/select-storage-driver/">Docker: select a storage driver</a>
 * @see <a href="https://docs.docker.com/engine/storage/containerd/">Docker: the containerd image store</a>
 */
public enum StorageDriver {
    /** The classic image store on {@code overlayfs}. */
    OVERLAY2,
    /** The classic image store on FUSE, for kernels that refuse {@code overlayfs}. */
    FUSE_OVERLAYFS,
    /** The classic image store with a full copy for each layer: slow and large, but it works anywhere. */
    VFS,
    /** The containerd image store on {@code overlayfs}, which engines from 29 on use by default. It needs engine 28 or newer. */
    CONTAINERD_OVERLAYFS;

    /**
     * The flags of {@code dockerd} that choose this driver.
     *
     * @return one or two flags
     */
    public List<String> flags() {
        return switch (this) {
            case OVERLAY2 -> List.of("--storage-driver=overlay2");
            case FUSE_OVERLAYFS -> List.of("--storage-driver=fuse-overlayfs");
            case VFS -> List.of("--storage-driver=vfs");
            case CONTAINERD_OVERLAYFS -> List.of("--feature=containerd-snapshotter=true", "--storage-driver=overlayfs");
        };
    }
}
