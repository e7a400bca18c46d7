package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.internal.http.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the container of a command still lives. Thread-safe. */
final class ContainerLife {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerLife.class);

    private final DockerClient client;
    private final String containerId;

    ContainerLife(DockerClient client, String containerId) {
        this.client = client;
        this.containerId = containerId;
    }

    /** What the engine says. It may take a killed container for a running one as long as nobody reads what a command in it wrote. */
    private boolean runs() {
        return Boolean.TRUE.equals(
                client.inspectContainerCmd(containerId).exec().getState().getRunning());
    }

    /** Whether the container has surely ended: by the engine's word, or because no process of it is left. */
    boolean isOver() {
        try {
            return !runs() || hasNoProcess();
        } catch (NotFoundException e) {
            return true;
        } catch (DockerException e) {
            LOG.debug("The outer engine does not say whether a container runs: {}", Reason.of(e));
            return false;
        }
    }

    /** Whether the container runs, also where the engine does not answer: then it is taken for gone. */
    boolean isThere() {
        try {
            return runs();
        } catch (DockerException e) {
            return false;
        }
    }

    private boolean hasNoProcess() {
        try {
            String[][] processes = client.topContainerCmd(containerId).exec().getProcesses();
            return processes == null || processes.length == 0;
        } catch (DockerException e) {
            LOG.debug("The outer engine lists no processes of a container: {}", Reason.of(e));
            return !runs();
        }
    }
}
