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

    /** Returns the name of the storage driver in an engine with this store. */
    public String driver() {
        return driver;
    }
}
