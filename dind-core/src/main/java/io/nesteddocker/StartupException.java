package io.nesteddocker;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link NestedDockerBuilder#start()} when the daemon did not come up. By then, everything that the start created has been
 * removed, unless the outer engine no longer answers; the message then says that something may be left.
 */
public class StartupException extends NestedDockerException {

    private static final long serialVersionUID = 1L;

    private final transient Diagnostics diagnostics;

    /**
     * Creates an exception.
     *
     * @param message one sentence: what was tried, on what, why it failed, what to do
     * @param diagnostics what was known when the start failed
     * @param cause the cause, or null if there is none
     */
    public StartupException(String message, Diagnostics diagnostics, @Nullable Throwable cause) {
        super(message, cause);
        this.diagnostics = diagnostics;
    }

    /**
     * Returns the phase that failed.
     *
     * @return the phase
     */
    public StartupPhase phase() {
        return diagnostics.phase();
    }

    /**
     * Returns what was known when the start failed: timings, the daemon container's state, the last lines of the daemon's log.
     *
     * @return the diagnostics
     */
    public Diagnostics diagnostics() {
        return diagnostics;
    }
}
