package io.nesteddocker.examples.cleaner;

import java.time.Duration;
import java.util.Set;

/**
 * What may go.
 *
 * @param stoppedFor how long a container has to be over
 * @param keepLabel the label that protects a container
 * @param keepImages names of images that stay although no container uses them
 * @param dryRun whether to tell only
 */
public record Policy(Duration stoppedFor, String keepLabel, Set<String> keepImages, boolean dryRun) {

    /** Containers that have been over for a day, and all images that none of the others uses. */
    public static Policy usual() {
        return new Policy(Duration.ofDays(1), "keep", Set.of(), false);
    }

    /** The same with another age. */
    public Policy stoppedFor(Duration age) {
        return new Policy(age, keepLabel, keepImages, dryRun);
    }

    /** The same with images that stay. */
    public Policy keepingImages(String... names) {
        return new Policy(stoppedFor, keepLabel, Set.of(names), dryRun);
    }

    /** The same, but nothing goes. */
    public Policy asDryRun() {
        return new Policy(stoppedFor, keepLabel, keepImages, true);
    }
}
