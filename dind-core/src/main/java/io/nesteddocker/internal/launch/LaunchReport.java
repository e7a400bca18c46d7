package io.nesteddocker.internal.launch;

import java.util.List;

/**
 * A report on a launch.
 *
 * @param stopwatch the duration of each phase
 * @param imageNotes one note for each requested image on how it came inside
 */
public record LaunchReport(Stopwatch stopwatch, List<String> imageNotes) {}
