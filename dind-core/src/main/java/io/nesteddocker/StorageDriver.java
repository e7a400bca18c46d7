package io.nesteddocker;

/**
 * The way in which the inner engine stores image layers.
 *
 * <p>Docker engines have two image stores, and each constant belongs to one of them.
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
    /** The containerd image store on {@code overlayfs}, which is the default from engine 29 on. It needs engine 28 or newer. */
    CONTAINERD_OVERLAYFS
}
