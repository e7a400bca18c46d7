package io.nesteddocker;

/**
 * Hears how the slow steps of a start come along: pulling or building the daemon image.
 *
 * <p>It is called from the library's threads, one call at a time for one daemon, and should return quickly.
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
     * @param subject what is worked on: an image or a layer of it
     * @param status what happens to it, in the engine's own words
     * @param doneBytes how much is done, or 0 where that is not known
     * @param totalBytes how much there is, or 0 where that is not known
     */
    record Progress(String subject, String status, long doneBytes, long totalBytes) {}
}
