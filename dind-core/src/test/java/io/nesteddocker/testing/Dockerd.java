package io.nesteddocker.testing;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;

/** The process {@code dockerd} in a daemon container. */
public final class Dockerd {

    private Dockerd() {}

    /** Kills the process. The daemon container ends soon, and may end before the command that kills. */
    public static void kill(NestedDocker docker) {
        try {
            docker.exec("sh", "-c", "kill -KILL $(cat /var/run/docker.pid)");
        } catch (NestedDockerException e) {
            if (docker.isRunning()) {
                throw e;
            }
        }
    }
}
