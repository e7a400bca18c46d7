package io.nesteddocker.internal.images;

import io.nesteddocker.ProgressListener;
import io.nesteddocker.ProgressListener.Progress;

/** Counts bytes and layers of a transfer, and tells a listener now and then. For use by one thread. */
final class TransferProgress {

    private static final long BYTES_BETWEEN_REPORTS = 1 << 20;

    private final ProgressListener listener;
    private String subject = "";
    private long doneBytes;
    private long totalBytes;
    private int doneLayers;
    private int totalLayers;
    private long reportedBytes;

    TransferProgress(ProgressListener listener) {
        this.listener = listener;
    }

    /** Begins to count; {@code bytes} is 0 where nobody knows. */
    void begin(String what, long bytes, int layers) {
        subject = what;
        doneBytes = 0;
        reportedBytes = 0;
        doneLayers = 0;
        totalBytes = bytes;
        totalLayers = layers;
        report("sending");
    }

    void bytes(int count) {
        doneBytes += count;
        if (doneBytes - reportedBytes >= BYTES_BETWEEN_REPORTS) {
            report("sending");
        }
    }

    void layerDone() {
        doneLayers++;
        report("sending");
    }

    void unpacking() {
        report("unpacking");
    }

    void done() {
        report("loaded");
    }

    void alreadyThere(String what) {
        listener.onProgress(new Progress(what, "already there", 0, 0, 0, 0));
    }

    private void report(String status) {
        reportedBytes = doneBytes;
        listener.onProgress(new Progress(
                subject,
                status,
                doneBytes,
                totalBytes == 0 ? 0 : Math.max(totalBytes, doneBytes),
                doneLayers,
                Math.max(totalLayers, doneLayers)));
    }
}
