package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Reason;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Determines whether a command and its container still run, and how the command ended. Thread-safe. */
final class CommandLife {

    private static final Logger LOG = LoggerFactory.getLogger(CommandLife.class);

    private static final Duration EXIT_CODE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);

    /** The time after which an engine knows an exit code, unless the container has ended. */
    private static final Duration USUAL_EXIT_CODE = Duration.ofMillis(100);

    /** The lowest exit code of a process that a signal ended. */
    private static final int FIRST_SIGNAL = 129;

    /** The exit code of a process that the kernel killed, as it does with all processes of a container that ends. */
    private static final int KILLED = 137;

    /** An engine may know the exit code of a command in a killed container some time before it knows the container's end. */
    private static final Duration CONTAINER_END = Duration.ofMillis(500);

    private final DockerClient client;
    private final String containerId;

    CommandLife(DockerClient client, String containerId) {
        this.client = client;
        this.containerId = containerId;
    }

    /** Returns the engine's answer, which may be wrong for a killed container as long as the output of a command in it is not read. */
    private boolean runs() {
        return Boolean.TRUE.equals(
                client.inspectContainerCmd(containerId).exec().getState().getRunning());
    }

    /** Returns whether the container has certainly ended: the engine reports its end, or none of its processes is left. */
    boolean containerHasEnded() {
        try {
            return !runs() || hasNoProcess();
        } catch (NotFoundException e) {
            return true;
        } catch (DockerException | UncheckedIOException e) {
            LOG.debug("The outer engine does not say whether a container runs: {}", Reason.of(e));
            return false;
        }
    }

    /** Returns whether the container runs; false also if the engine does not answer. */
    boolean containerRuns() {
        try {
            return runs();
        } catch (DockerException | UncheckedIOException e) {
            return false;
        }
    }

    /** Returns whether the engine knows that it could not run the command's program. It knows this before it sends the reason. */
    boolean wasRefused(String execId) {
        InspectExecResponse exec = client.inspectExecCmd(execId).exec();
        Long code = exec.getExitCodeLong();
        Long pid = exec.getPidLong();
        return code != null && Refusal.hasCode(code) && (pid == null || pid == 0);
    }

    /** Returns the command's exit code; empty while the command runs, and until the engine knows that it has ended. */
    OptionalInt exitCodeNow(String execId) {
        Long code = client.inspectExecCmd(execId).exec().getExitCodeLong();
        return code == null ? OptionalInt.empty() : OptionalInt.of(code.intValue());
    }

    /**
     * Returns the exit code of a command whose streams have ended. It waits, because the engine knows the code a moment later, and never if
     * the container ends.
     */
    int exitCodeAtTheEnd(String execId) throws InterruptedException {
        Deadline deadline = Deadline.in(EXIT_CODE);
        Deadline usual = Deadline.in(USUAL_EXIT_CODE);
        Deadline containerEnd = Deadline.in(CONTAINER_END);
        while (true) {
            OptionalInt code = exitCodeNow(execId);
            boolean doubtful = code.isEmpty() ? usual.hasPassed() : code.getAsInt() >= FIRST_SIGNAL;
            if (doubtful && containerHasEnded()) {
                throw new IllegalStateException("the daemon container ended before the command did");
            }
            if (code.isPresent() && (code.getAsInt() != KILLED || containerEnd.hasPassed())) {
                return code.getAsInt();
            }
            if (deadline.hasPassed()) {
                throw new IllegalStateException(
                        "the outer engine gave no exit code within " + EXIT_CODE.toSeconds() + " seconds");
            }
            deadline.pause(PAUSE);
        }
    }

    private boolean hasNoProcess() {
        try {
            String[][] processes = client.topContainerCmd(containerId).exec().getProcesses();
            return processes == null || processes.length == 0;
        } catch (DockerException | UncheckedIOException e) {
            LOG.debug("The outer engine lists no processes of a container: {}", Reason.of(e));
            return !runs();
        }
    }
}
