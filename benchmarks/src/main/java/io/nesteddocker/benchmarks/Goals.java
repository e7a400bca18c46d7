package io.nesteddocker.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The goals of a subject, each with the figure that was measured or the reason why there is none.
 *
 * <p>A figure that misses its goal is not a failure, because the machine may just be slow. A missing figure is a failure.
 */
final class Goals {

    private final List<String> lines = new ArrayList<>();
    private boolean complete = true;

    /** Adds a goal with its figures; {@code words} is a format of {@link String#format} for them. */
    void measured(String words, Object... figures) {
        lines.add(String.format(Locale.ROOT, words, figures));
    }

    /** Adds a goal without a figure. */
    void notMeasured(String what, String reason) {
        complete = false;
        lines.add(what + ": not measured, because " + reason);
    }

    /** Returns whether each goal has a figure. */
    boolean complete() {
        return complete;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(lines.isEmpty() ? "" : "Goals\n");
        lines.forEach(line -> text.append("  ").append(line).append('\n'));
        return text.toString();
    }
}
