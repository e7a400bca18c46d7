package io.nesteddocker.internal.images;

import java.io.IOException;
import java.util.List;

/** A way to read images and to send each engine what it lacks of them. */
interface Route {

    /** What it is called in the log. */
    String description();

    /**
     * Writes the archives of all deliveries, side by side, up to but without their ends.
     *
     * @throws IOException if the images can't be read this way; what was written is of no use then
     */
    void send(List<Delivery> deliveries, TransferProgress progress) throws IOException, InterruptedException;
}
