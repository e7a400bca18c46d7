package io.nesteddocker.examples.cleaner;

import java.time.Duration;
import java.util.Set;

/**
 * Decides which containers and images are removed.
 *
 * @param stoppedFor how long ago a container must have ended
 * @param keepLabel the label that protects a container
 * @param keepImages names of images that stay even if no container uses them
 * @param dryRun whether to report only, and to remove nothing
 */
public record Policy(Duration stoppedFor, String keepLabel, Set<String> keepImages, boolean dryRun) {

    /** Returns a policy that removes containers that ended more than a day ago, and all images that no remaining container uses. */
    public static Policy usual() {
        return new Policy(Duration.ofDays(1), "keep", Set.of(), false);
    }

    /** Returns the same policy with another age. */
    public Policy stoppedFor(Duration age) {
        return new Policy(age, keepLabel, keepImages, dryRun);
    }

    /** Returns the same policy with images that stay. */
    public Policy keepingImages(String... names) {
        return new Policy(stoppedFor, keepLabel, Set.of(names), dryRun);
    }

    /** Returns the same policy, but nothing is removed. */
    public Policy asDryRun() {
        return new Policy(stoppedFor, keepLabel, keepImages, true);
    }
}
