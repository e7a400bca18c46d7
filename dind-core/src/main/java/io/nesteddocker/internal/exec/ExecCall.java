package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.ExecResult;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One command in a container, from its creation to its exit code. */
public final class ExecCall {

    private static final int LINES_SHOWN = 5;
    private static final int LONGEST_LINE_SHOWN = 200;

    private ExecCall() {}

    /** Thrown if a command was ended because of its time limit; the message is the second half of a sentence, without its full stop. */
    public static final class TimeLimitException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TimeLimitException(String message) {
            super(message);
        }
    }

    /** Runs a command and waits for its end; if the thread is interrupted, the command runs on. */
    public static ExecResult run(DockerClient client, String containerId, ExecRequest request)
            throws InterruptedException {
        return run(client, containerId, request, null);
    }

    /**
     * Runs a command and waits for its end; if the thread is interrupted or the time limit is over, ends the command.
     *
     * @throws TimeLimitException if the time limit is over
     */
    public static ExecResult runOrEnd(DockerClient client, String containerId, ExecRequest request)
            throws InterruptedException {
        if (request.input() != null && !ExecApi.canEndInput(client)) {
            throw new IllegalStateException(
                    "the end of the input does not reach a command through a named pipe or a docker-java client of your own;"
                            + " give outer(..) an address of another kind instead, or copy the input to a file with copyIn(..)");
        }
        return run(client, containerId, request, new HangUp());
    }

    private static ExecResult run(DockerClient client, String containerId, ExecRequest request, @Nullable HangUp hangUp)
            throws InterruptedException {
        Duration limit = Objects.requireNonNullElse(request.limit(), Deadline.FOREVER);
        ExecRequest.Input source = request.input();
        try (InputStream input = source == null ? null : open(source);
                ExecSession session = ExecSession.begin(client, containerId, request, input, hangUp)) {
            OptionalInt exitCode = session.awaitExit(limit);
            String stdout = written(session.stdout());
            String stderr = written(session.stderr());
            if (exitCode.isEmpty()) {
                throw tooSlow(limit, stdout, stderr);
            }
            return new ExecResult(exitCode.getAsInt(), stdout, stderr);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(ExecRequest.Input source) throws IOException {
        try {
            return source.open();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** The reason goes into the message, because only the innermost exception is shown to users. */
    static IOException unreadable(IOException failure) {
        IOException explained = new IOException(
                "the command's input could not be read: " + Reason.of(failure) + "; give a file that can be read");
        explained.addSuppressed(failure);
        return explained;
    }

    private static String written(InputStream stream) throws IOException {
        return new String(stream.readNBytes(stream.available()), StandardCharsets.UTF_8);
    }

    private static TimeLimitException tooSlow(Duration limit, String stdout, String stderr) {
        return new TimeLimitException("the command had not ended after its time limit of " + readable(limit)
                + ", so it was ended together with the processes that it had started; "
                + shown("its last output was", stdout) + shown("its last errors were", stderr)
                + "give it more time with Command.timeout(..)");
    }

    static String readable(Duration limit) {
        return limit.toMillis() == 0 ? limit.toNanos() + " ns" : limit.toMillis() / 1000.0 + " s";
    }

    private static String shown(String what, String written) {
        List<String> lines = written.lines().filter(line -> !line.isBlank()).toList();
        Stream<String> last = lines.stream()
                .skip(Math.max(0, lines.size() - LINES_SHOWN))
                .map(String::strip)
                .map(line -> line.length() > LONGEST_LINE_SHOWN ? line.substring(0, LONGEST_LINE_SHOWN) + "..." : line);
        return lines.isEmpty() ? "" : what + ": \"" + String.join(" | ", last.toList()) + "\"; ";
    }
}
