package io.nesteddocker;

/**
 * Receives reports about slow operations: pulling or building the daemon image, and sending images into a daemon or out of it.
 *
 * <p>The library calls the listener from its own threads, one call at a time for one daemon. The listener should return quickly. If it
 * throws anything, the operation that the report is about is cancelled and undone, and the caller of that operation gets a
 * {@link NestedDockerException} that names the listener.
 */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Receives one report.
     *
     * @param progress what just happened
     */
    void onProgress(Progress progress);

    /**
     * One report.
     *
     * <p>While an engine pulls or builds, each layer has its own reports, and the status is in the engine's own words. While images are
     * sent, the status is {@code sending}, {@code unpacking}, {@code loaded}, {@code saving}, {@code saved} or {@code already there}. The
     * library sends an engine only the bytes and layers that the engine lacks, and counts only what it sends.
     *
     * @param subject the image, or the layer of an image, that the report is about
     * @param status what happens to the subject
     * @param doneBytes how many bytes are done, or 0 if that is not known
     * @param totalBytes how many bytes there are, or 0 if that is not known
     * @param doneLayers how many layers were sent, or 0 if layers are not counted
     * @param totalLayers how many layers are to be sent, or 0 if layers are not counted
     */
    record Progress(String subject, String status, long doneBytes, long totalBytes, int doneLayers, int totalLayers) {

        /**
         * Creates a report without a count of layers.
         *
         * @param subject the image, or the layer of an image, that the report is about
         * @param status what happens to the subject
         * @param doneBytes how many bytes are done, or 0 if that is not known
         * @param totalBytes how many bytes there are, or 0 if that is not known
         */
        public Progress(String subject, String status, long doneBytes, long totalBytes) {
            this(subject, status, doneBytes, totalBytes, 0, 0);
        }
    }
}
