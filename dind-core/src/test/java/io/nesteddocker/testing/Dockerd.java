package io.nesteddocker.testing;

import io.nesteddocker.ExecResult;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import java.time.Duration;

/** The process {@code dockerd} in a daemon container. */
public final class Dockerd {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The exit code of a command that was killed, as it is if the daemon container ends first. */
    private static final int KILLED = 137;

    private Dockerd() {}

    /** Kills the process. The daemon container ends soon, and may end before the command that kills. */
    public static void kill(NestedDocker docker) {
        try {
            ExecResult result = docker.exec("sh", "-c", "kill -KILL $(cat /var/run/docker.pid)");
            if (result.exitCode() != 0 && result.exitCode() != KILLED) {
                throw new AssertionError("dockerd could not be killed: " + result);
            }
        } catch (NestedDockerException e) {
            if (!Eventually.holds(PATIENCE, () -> !docker.isRunning())) {
                throw e;
            }
        }
    }
}
