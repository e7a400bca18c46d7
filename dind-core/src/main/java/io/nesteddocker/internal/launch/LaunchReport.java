package io.nesteddocker.internal.launch;

import java.util.List;

/**
 * How a launch went.
 *
 * @param stopwatch how long each phase took
 * @param imageNotes how each image that was asked for came inside
 */
public record LaunchReport(Stopwatch stopwatch, List<String> imageNotes) {}
