package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.http.EngineStream;
import io.nesteddocker.internal.http.Reason;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a container whose streams are open to this program.
 *
 * <p>An engine lets a command run on when the connection to it closes, and offers no way to end it. So each one carries a mark in its
 * environment, by which it and its children are found again. Thread-safe.
 */
public final class ExecSession extends EngineStream<Frame> implements RunningCommand {

    private static final Logger LOG = LoggerFactory.getLogger(ExecSession.class);

    private static final String MARK = "NESTED_DOCKER_SHELL";
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration FIRST_SIZE = Duration.ofSeconds(2);
    private static final Duration EXIT_CODE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(10);
    private static final Duration LOOK = Duration.ofSeconds(3);

    /** The key for the end of input, Ctrl-D. */
    private static final int END_KEY = 4;

    /** Exit codes from here on are those of processes that a signal ended. */
    private static final int FIRST_SIGNAL = 129;

    /** The exit code of a process that the kernel killed, as it does with all processes of a container that ends. */
    private static final int KILLED = 137;

    /** An engine may know the exit code of a command in a killed container some time before it knows the container's end. */
    private static final Duration CONTAINER_END = Duration.ofMillis(500);

    /** Tells what carries the mark that its terminal is gone, then ends what is still there. */
    private static final String HANG_UP = """
            marked() { grep -ls -- "$1" /proc/[0-9]*/environ | sed 's/[^0-9]//g'; }
            left=$(marked "$1")
            [ -z "$left" ] || kill -HUP $left
            tries=0
            while left=$(marked "$1") && [ -n "$left" ]; do
                tries=$((tries + 1))
                if [ "$tries" -gt 20 ]; then kill -KILL $left; exit 0; fi
                sleep 0.02 2>/dev/null || sleep 1
            done
            """;

    /** Engines before 23 make a terminal without a size, which busybox takes for an error; what draws on it at once would see none. */
    private static final String AWAIT_SIZE = """
            command -v stty >/dev/null || exec "$@"
            tries=0
            while [ "$tries" -lt 200 ]; do
                case $(stty size 2>/dev/null) in '0 0' | '') ;; *) break ;; esac
                tries=$((tries + 1))
                sleep 0.01 2>/dev/null || sleep 1
            done
            exec "$@"
            """;

    private final DockerClient client;
    private final String containerId;
    private final ContainerLife container;
    private final String mark = MARK + "=" + UUID.randomUUID();
    private final boolean onTerminal;
    private final BytePipe stdin = new BytePipe();
    private final BytePipe stdout = new BytePipe();
    private final BytePipe stderr = new BytePipe();
    private final OutputStream typed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile String execId = "";
    private volatile boolean over;
    private volatile OptionalInt exitCode = OptionalInt.empty();

    private ExecSession(DockerClient client, String containerId, boolean onTerminal) {
        this.client = client;
        this.containerId = containerId;
        this.container = new ContainerLife(client, containerId);
        this.onTerminal = onTerminal;
        typed = onTerminal ? new Keyboard(stdin.output()) : stdin.output();
    }

    /** Starts a command and returns once its streams are there. */
    public static ExecSession open(DockerClient client, String containerId, ExecRequest request)
            throws InterruptedException {
        ExecSession session = new ExecSession(client, containerId, request.terminal() != null);
        try {
            session.start(request);
            return session;
        } catch (RuntimeException | InterruptedException e) {
            session.close();
            throw e;
        }
    }

    private void start(ExecRequest request) throws InterruptedException {
        List<String> environment = new ArrayList<>(request.environment());
        environment.add(mark);
        List<String> command = new ArrayList<>();
        if (onTerminal) {
            command.addAll(List.of("sh", "-c", AWAIT_SIZE, "sh"));
        }
        command.addAll(request.command());
        execId = ExecCreation.of(client, containerId, new ExecRequest(command, environment, request.terminal()));
        client.execStartCmd(execId)
                .withDetach(false)
                .withTty(onTerminal)
                .withStdIn(stdin.input())
                .exec(this);
        awaitStart(START);
        if (request.terminal() != null) {
            setFirstSize(request.terminal());
        }
    }

    /** An engine that has not begun to run the command yet refuses, and older ones know no size before that. */
    private void setFirstSize(TerminalSize size) throws InterruptedException {
        Deadline deadline = Deadline.in(FIRST_SIZE);
        while (!over) {
            try {
                client.resizeExecCmd(execId)
                        .withSize(size.rows(), size.columns())
                        .exec();
                return;
            } catch (DockerException e) {
                if (deadline.hasPassed()) {
                    LOG.debug("The terminal of a command did not take its first size: {}", Reason.of(e));
                    return;
                }
            }
            deadline.pause(PAUSE);
        }
    }

    @Override
    public void onNext(Frame frame) {
        BytePipe target = frame.getStreamType() == StreamType.STDERR ? stderr : stdout;
        try {
            target.output().write(frame.getPayload());
        } catch (IOException e) {
            LOG.trace("Nobody reads what a command writes any more: {}", e.getMessage());
        }
    }

    @Override
    public void onError(Throwable failure) {
        end("the connection to the command broke off: " + Reason.of(failure));
        super.onError(failure);
    }

    @Override
    public void onComplete() {
        over = true;
        quietly(stdout.output());
        quietly(stderr.output());
        stdin.discontinue("the command has ended");
        super.onComplete();
    }

    private void end(String reason) {
        over = true;
        stdout.breakOff(reason);
        stderr.breakOff(reason);
        stdin.discontinue(reason);
    }

    @Override
    public OutputStream stdin() {
        return typed;
    }

    @Override
    public InputStream stdout() {
        return stdout.input();
    }

    @Override
    public InputStream stderr() {
        return stderr.input();
    }

    @Override
    public boolean isOnTerminal() {
        return onTerminal;
    }

    @Override
    public void resize(TerminalSize size) {
        if (over) {
            return;
        }
        try {
            client.resizeExecCmd(execId).withSize(size.rows(), size.columns()).exec();
        } catch (DockerException e) {
            if (!over && exitCodeNow().isEmpty()) {
                throw e;
            }
        }
    }

    @Override
    public OptionalInt awaitExit(Duration patience) throws InterruptedException {
        if (exitCode.isPresent()) {
            return exitCode;
        }
        if (!awaitEndOrLoss(patience)) {
            return OptionalInt.empty();
        }
        if (closed.get()) {
            throw new IllegalStateException("it was closed before the command had ended");
        }
        exitCode = OptionalInt.of(exitCodeAtTheEnd());
        return exitCode;
    }

    /** While nobody reads what the command wrote, the end of its streams is not seen, so the container is looked at as well. */
    private boolean awaitEndOrLoss(Duration patience) throws InterruptedException {
        Deadline deadline = Deadline.in(patience);
        while (!awaitEnd(Duration.ofMillis(Math.min(deadline.remainingMillis(), LOOK.toMillis())))) {
            if (deadline.hasPassed()) {
                return false;
            }
            if (container.isOver()) {
                stdin.discontinue("the daemon container has ended");
                throw new IllegalStateException("the daemon container ended before the command did");
            }
        }
        return true;
    }

    /** The streams end a moment before the engine knows the exit code, and with the container's end it may never know it. */
    private int exitCodeAtTheEnd() throws InterruptedException {
        Deadline deadline = Deadline.in(EXIT_CODE);
        Deadline containerEnd = Deadline.in(CONTAINER_END);
        while (true) {
            OptionalInt code = exitCodeNow();
            if ((code.isEmpty() || code.getAsInt() >= FIRST_SIGNAL) && container.isOver()) {
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

    private OptionalInt exitCodeNow() {
        Long code = client.inspectExecCmd(execId).exec().getExitCodeLong();
        return code == null ? OptionalInt.empty() : OptionalInt.of(code.intValue());
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean running = !over && !execId.isEmpty();
        try {
            if (running) {
                hangUp();
            }
        } finally {
            end("it was closed");
            closeStream();
        }
    }

    private void hangUp() {
        boolean interrupted = Thread.interrupted();
        try {
            ExecCall.run(client, containerId, List.of("sh", "-c", HANG_UP, "hang-up", mark));
        } catch (DockerException e) {
            if (!over && container.isThere()) {
                throw e;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void closeStream() {
        try {
            super.close();
        } catch (IOException e) {
            LOG.debug("Closing the connection to a command failed", e);
        }
    }

    private static void quietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.trace("A pipe could not be closed", e);
        }
    }

    /** On a terminal the end of input is a key; an engine that is told that nothing more comes would stop listening, too. */
    private static final class Keyboard extends FilterOutputStream {

        private final AtomicBoolean ended = new AtomicBoolean();

        Keyboard(OutputStream keys) {
            super(keys);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            if (ended.get()) {
                throw new IOException("the writing side is closed");
            }
            out.write(buffer, offset, length);
        }

        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void close() throws IOException {
            if (ended.compareAndSet(false, true)) {
                out.write(END_KEY);
            }
        }
    }
}
