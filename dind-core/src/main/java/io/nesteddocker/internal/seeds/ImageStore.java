package io.nesteddocker.internal.seeds;

/** The image stores of inner engines that can be linked to a seed. */
public enum ImageStore {
    /** The classic store on {@code overlay2}. */
    OVERLAY2("overlay2"),
    /** containerd's store with its {@code overlayfs} snapshotter. */
    CONTAINERD("overlayfs");

    private final String driver;

    ImageStore(String driver) {
        this.driver = driver;
    }

    /** What an engine with this store calls its storage driver. */
    public String driver() {
        return driver;
    }
}
