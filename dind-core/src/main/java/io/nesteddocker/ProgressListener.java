package io.nesteddocker;

/**
 * Hears how slow steps come along: pulling or building the daemon image, and sending images into a daemon or out of it.
 *
 * <p>It is called from the library's threads, one call at a time for one daemon, and should return quickly. Whatever it throws ends the
 * work that it was told of, with a {@link NestedDockerException} that names the listener; what was begun is undone.
 */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Takes one report.
     *
     * @param progress what just happened
     */
    void onProgress(Progress progress);

    /**
     * One report.
     *
     * <p>Where an engine pulls or builds, it is one report for each layer and the status is in the engine's own words. Where images are
     * sent, the status is {@code sending}, {@code unpacking}, {@code loaded}, {@code saving}, {@code saved} or {@code already there}, and bytes and
     * layers are those that really travel: an engine is sent only what it lacks.
     *
     * @param subject what is worked on: an image or a layer of it
     * @param status what happens to it
     * @param doneBytes how much is done, or 0 where that is not known
     * @param totalBytes how much there is, or 0 where that is not known
     * @param doneLayers how many layers were sent, or 0 where layers are not counted
     * @param totalLayers how many layers are to be sent, or 0 where layers are not counted
     */
    record Progress(String subject, String status, long doneBytes, long totalBytes, int doneLayers, int totalLayers) {

        /**
         * A report of something whose layers are not counted.
         *
         * @param subject what is worked on
         * @param status what happens to it
         * @param doneBytes how much is done, or 0 where that is not known
         * @param totalBytes how much there is, or 0 where that is not known
         */
        public Progress(String subject, String status, long doneBytes, long totalBytes) {
            this(subject, status, doneBytes, totalBytes, 0, 0);
        }
    }
}
