package io.nesteddocker.internal.launch;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A report on a launch.
 *
 * @param stopwatch the duration of each phase
 * @param imageNotes one note for each requested image on how it came inside
 * @param namesOfImages the names of all images inside by ID; empty if the inner engine must be asked for them
 */
public record LaunchReport(
        Stopwatch stopwatch, List<String> imageNotes, Optional<Map<String, Set<String>>> namesOfImages) {}
