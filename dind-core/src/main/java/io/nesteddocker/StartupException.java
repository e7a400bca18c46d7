package io.nesteddocker;

import org.jspecify.annotations.Nullable;

/** Thrown by {@link NestedDockerBuilder#start()} when no daemon came up; everything created on the way is removed by then. */
public class StartupException extends NestedDockerException {

    private static final long serialVersionUID = 1L;

    private final transient Diagnostics diagnostics;

    /**
     * Creates an exception.
     *
     * @param message one sentence: what was tried, on what, why it failed, what to do
     * @param diagnostics what was known when it failed
     * @param cause the cause, or null where there is none
     */
    public StartupException(String message, Diagnostics diagnostics, @Nullable Throwable cause) {
        super(message, cause);
        this.diagnostics = diagnostics;
    }

    /**
     * The phase that failed.
     *
     * @return the phase
     */
    public StartupPhase phase() {
        return diagnostics.phase();
    }

    /**
     * What was known when the start failed: timings, the daemon container's state, the last lines of the daemon's log.
     *
     * @return the diagnostics
     */
    public Diagnostics diagnostics() {
        return diagnostics;
    }
}
