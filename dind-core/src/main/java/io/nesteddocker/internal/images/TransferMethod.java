package io.nesteddocker.internal.images;

import java.io.IOException;
import java.util.List;

/** A way to read images and to send to each engine what it lacks. */
interface TransferMethod {

    /** Returns the name of this transfer method for the log. */
    String description();

    /**
     * Writes the archives of all deliveries at the same time, but does not end them.
     *
     * @throws IOException if the images can't be read this way; the archives are then incomplete
     */
    void send(List<Delivery> deliveries, TransferProgress progress) throws IOException, InterruptedException;
}
