package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.BlockOutput;
import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.http.StdinFeeder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A command in a container whose streams are open to this program.
 *
 * <p>A thread of its own starts the command and reads its output, so an interrupt of the caller does not cut off a request. Thread-safe.
 */
public final class ExecSession implements RunningCommand {

    private static final Logger LOG = LoggerFactory.getLogger(ExecSession.class);

    private static final String CLOSED = "the command's streams were closed";
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration LOOK = Duration.ofSeconds(3);

    /** How long the hang-up is repeated, because an engine may begin to run the command only after the first one. */
    private static final Duration HANG_UP = Duration.ofSeconds(2);

    private static final Duration LAST_BREATH = Duration.ofMillis(300);

    private final DockerClient client;
    private final String containerId;
    private final CommandLife life;
    private final @Nullable HangUp hangUp;
    private final boolean onTerminal;
    private final BytePipe stdin = new BytePipe();
    private final OutputStream typed;
    private final BytePipe stdout;
    private final BytePipe stderr;
    private final CompletableFuture<DaemonConnection> started = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile String execId = "";
    private volatile boolean inputFailed;
    private volatile OptionalInt exitCode = OptionalInt.empty();

    private ExecSession(
            DockerClient client, String containerId, boolean onTerminal, boolean buffered, @Nullable HangUp hangUp) {
        this.client = client;
        this.containerId = containerId;
        this.life = new CommandLife(client, containerId);
        this.hangUp = hangUp;
        this.onTerminal = onTerminal;
        typed = onTerminal ? new ExecTerminal.Keyboard(stdin.output()) : stdin.output();
        stdout = buffered ? BytePipe.unlimited() : new BytePipe();
        stderr = buffered ? BytePipe.unlimited() : new BytePipe();
    }

    /** Starts a command whose streams the caller reads and writes, and returns once they are open. */
    public static ExecSession open(DockerClient client, String containerId, ExecRequest request)
            throws InterruptedException {
        ExecSession session = new ExecSession(client, containerId, request.terminal() != null, false, new HangUp());
        try {
            session.begin(request, session.stdin.input());
            session.awaitStart();
            if (request.terminal() != null) {
                ExecTerminal.setFirstSize(client, session.execId, request.terminal(), session.ended::isDone);
            }
            return session;
        } catch (RuntimeException | InterruptedException e) {
            session.close();
            throw e;
        }
    }

    /**
     * Begins to start a command with a given input, and keeps all its output in memory.
     *
     * @param input the command's input, or null for none
     * @param hangUp ends the command when the session is closed; if null, the command runs on
     */
    static ExecSession begin(
            DockerClient client,
            String containerId,
            ExecRequest request,
            @Nullable InputStream input,
            @Nullable HangUp hangUp) {
        ExecSession session = new ExecSession(client, containerId, false, true, hangUp);
        session.begin(request, input);
        return session;
    }

    private void begin(ExecRequest request, @Nullable InputStream input) {
        List<String> environment = new ArrayList<>(request.environment());
        if (hangUp != null) {
            environment.add(hangUp.mark());
        }
        List<String> command = onTerminal ? ExecTerminal.awaitingSize(request.command()) : request.command();
        ExecRequest marked = request.command(command).environment(environment);
        Threads.start("nested-docker-exec", () -> run(marked, input));
    }

    private void run(ExecRequest request, @Nullable InputStream input) {
        try {
            String prepared = ExecApi.create(client, containerId, request, input != null);
            execId = prepared;
            // Checked only after execId is set: a close() either is seen here, or sees that the command may run.
            if (closed.get()) {
                end();
                return;
            }
            try (DaemonConnection connection = ExecApi.start(client, prepared, input != null, onTerminal)) {
                if (started.complete(connection)) {
                    carry(connection, input);
                } else if (hangUp != null) {
                    // The thread that called close() may have looked for the command before the engine began to run it.
                    hangUp.run(client, containerId);
                }
            }
            end();
        } catch (InterruptedException | IOException | RuntimeException | OutOfMemoryError e) {
            breakOff("the connection to the command broke off: " + Reason.of(e), e);
        }
    }

    private void carry(DaemonConnection connection, @Nullable InputStream input) throws IOException {
        StdinFeeder feeder = input == null ? null : StdinFeeder.start(input, connection, execId);
        try {
            if (onTerminal) {
                connection.input().transferTo(new DroppingOutput(stdout));
            } else {
                separate(new FramedInput(connection.input(), new DroppingOutput(stderr)));
            }
        } finally {
            if (feeder != null) {
                feeder.stop();
                throwIfFailed(feeder);
            }
        }
    }

    /** Passes output and errors on. An engine that can't run the program sends the reason as output, and this passes it on as an error. */
    private void separate(FramedInput output) throws IOException {
        if (output.beginsWith(Refusal.BEGINNING) && life.wasRefused(execId)) {
            byte[] words = output.readAllBytes();
            new DroppingOutput(stderr).write(words);
            // Set last, because a caller may read the errors as soon as there is an exit code.
            exitCode = OptionalInt.of(Refusal.exitCode(words));
        } else {
            output.transferTo(new DroppingOutput(stdout));
        }
    }

    private void throwIfFailed(StdinFeeder feeder) throws IOException {
        IOException failure = feeder.failure();
        if (failure != null) {
            inputFailed = true;
            throw ExecCall.unreadable(failure);
        }
    }

    private void awaitStart() throws InterruptedException {
        try {
            started.get(START.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the outer engine did not begin to answer within " + START.toSeconds() + " seconds", e);
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        Throwable failure = e.getCause();
        return failure instanceof RuntimeException known
                ? known
                : failure instanceof IOException broken
                        ? new UncheckedIOException(broken)
                        : new IllegalStateException(Reason.of(e), e);
    }

    private void end() {
        if (!closed.get()) {
            Quietly.close(stdout.output());
            Quietly.close(stderr.output());
        }
        stdin.end("the command has ended");
        ended.complete(null);
    }

    private void breakOff(String reason, Throwable failure) {
        stdout.fail(reason);
        stderr.fail(reason);
        stdin.end(reason);
        started.completeExceptionally(failure);
        ended.completeExceptionally(failure);
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
        if (ended.isDone()) {
            return;
        }
        try {
            ExecTerminal.resize(client, execId, size);
        } catch (DockerException e) {
            if (!ended.isDone() && life.exitCodeNow(execId).isEmpty()) {
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
            throw new IllegalStateException("the Shell was closed before its command had ended");
        }
        // The engine's code may differ from that of a refusal, which is set before the end.
        if (exitCode.isEmpty()) {
            exitCode = OptionalInt.of(life.exitCodeAtTheEnd(execId));
        }
        return exitCode;
    }

    /** Waits for the end, and checks the container too, because the end of the streams is not seen until the output has been read. */
    private boolean awaitEndOrLoss(Duration patience) throws InterruptedException {
        Deadline deadline = Deadline.in(patience);
        while (!awaitEnd(Math.min(deadline.remainingMillis(), LOOK.toMillis()))) {
            if (deadline.hasPassed()) {
                return false;
            }
            if (life.containerHasEnded()) {
                stdin.end("the daemon container has ended");
                throw new IllegalStateException("the daemon container ended before the command did");
            }
        }
        return true;
    }

    private boolean awaitEnd(long millis) throws InterruptedException {
        try {
            ended.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean running = !execId.isEmpty() && (inputFailed || !ended.isDone());
        // From here on the command's output is dropped, so that the command does not wait for a reader.
        stdout.fail(CLOSED);
        stderr.fail(CLOSED);
        try {
            if (running && hangUp != null) {
                hangUp(hangUp);
            }
        } finally {
            breakOff(CLOSED, new IllegalStateException("the Shell was closed before its command had ended"));
            if (started.isDone() && !started.isCompletedExceptionally()) {
                Quietly.close(started.join());
            }
        }
    }

    private void hangUp(HangUp hangUp) {
        boolean interrupted = Thread.interrupted();
        Deadline deadline = Deadline.in(HANG_UP);
        try {
            do {
                hangUp.run(client, containerId);
            } while (!hasEnded() && !deadline.hasPassed());
        } catch (InterruptedException e) {
            interrupted = true;
        } catch (RuntimeException e) {
            if (!ended.isDone() && life.containerRuns()) {
                throw e;
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean hasEnded() throws InterruptedException {
        Deadline deadline = Deadline.in(LAST_BREATH);
        while (!deadline.hasPassed()) {
            if (ended.isDone() || life.exitCodeNow(execId).isPresent()) {
                return true;
            }
            deadline.pause(PAUSE);
        }
        return false;
    }

    /** Writes to a pipe, and drops the bytes once the pipe's reader has closed it. */
    private static final class DroppingOutput extends BlockOutput {

        private final BytePipe pipe;

        DroppingOutput(BytePipe pipe) {
            this.pipe = pipe;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) {
            try {
                pipe.output().write(buffer, offset, length);
            } catch (IOException e) {
                LOG.trace("Nobody reads what a command writes any more: {}", e.getMessage());
            }
        }
    }
}
