package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.images.SourceImage;
import java.util.List;

/** Fills a data root with the help of a daemon, which loads images into it. */
@FunctionalInterface
public interface FillingDaemon {

    /**
     * Starts a daemon with the volume as its data root, copies the images into it, and ends it.
     *
     * @param volume an empty volume
     * @param store the image store that the daemon must have
     * @param images the images to copy from the outer engine
     */
    void fill(String volume, ImageStore store, List<SourceImage> images) throws InterruptedException;
}
