package io.nesteddocker.internal.images;

import io.nesteddocker.ProgressListener;
import io.nesteddocker.ProgressListener.Progress;

/** Counts bytes and layers of a transfer, and reports them to a listener from time to time. For use by one thread. */
final class TransferProgress {

    private static final long BYTES_BETWEEN_REPORTS = 1 << 20;

    private final ProgressListener listener;
    private String subject = "";
    private String verb = "sending";
    private long doneBytes;
    private long totalBytes;
    private int doneLayers;
    private int totalLayers;
    private long reportedBytes;

    TransferProgress(ProgressListener listener) {
        this.listener = listener;
    }

    /** Begins to count; {@code bytes} is 0 if the total is unknown. */
    void begin(String what, long bytes, int layers) {
        begin(what, bytes, layers, "sending");
    }

    /** Begins to count for a file that is saved. */
    void beginSaving(String what, long bytes) {
        begin(what, bytes, 0, "saving");
    }

    private void begin(String what, long bytes, int layers, String doing) {
        subject = what;
        verb = doing;
        doneBytes = 0;
        reportedBytes = 0;
        doneLayers = 0;
        totalBytes = bytes;
        totalLayers = layers;
        report(verb);
    }

    void bytes(int count) {
        doneBytes += count;
        if (doneBytes - reportedBytes >= BYTES_BETWEEN_REPORTS) {
            report(verb);
        }
    }

    void layerDone() {
        doneLayers++;
        report(verb);
    }

    void unpacking() {
        report("unpacking");
    }

    void done() {
        report("loaded");
    }

    void saved(String what, long bytes) {
        listener.onProgress(new Progress(what, "saved", bytes, bytes, 0, 0));
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
