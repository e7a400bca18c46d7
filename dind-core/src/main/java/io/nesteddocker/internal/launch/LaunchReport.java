package io.nesteddocker.internal.launch;

import java.util.List;
import java.util.Optional;

/**
 * A report on a launch.
 *
 * @param stopwatch the duration of each phase
 * @param imageNotes one note for each requested image on how it came inside
 * @param imageSet a name for the images inside, which all engines with the same images have; empty if this program has no such name
 */
public record LaunchReport(Stopwatch stopwatch, List<String> imageNotes, Optional<String> imageSet) {}
