package io.nesteddocker.internal.exec;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.http.Reason;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a command on a terminal needs beyond its streams. */
final class ExecTerminal {

    private static final Logger LOG = LoggerFactory.getLogger(ExecTerminal.class);

    private static final Duration FIRST_SIZE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(10);

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

    private ExecTerminal() {}

    /** The command, which begins once its terminal has a size. */
    static List<String> awaitingSize(List<String> command) {
        return Stream.concat(Stream.of("sh", "-c", AWAIT_SIZE, "sh"), command.stream())
                .toList();
    }

    /** An engine that has not begun to run the command yet refuses, and older ones know no size before that. */
    static void setFirstSize(DockerClient client, String execId, TerminalSize size, BooleanSupplier over)
            throws InterruptedException {
        Deadline deadline = Deadline.in(FIRST_SIZE);
        while (!over.getAsBoolean()) {
            try {
                resize(client, execId, size);
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

    static void resize(DockerClient client, String execId, TerminalSize size) {
        client.resizeExecCmd(execId).withSize(size.rows(), size.columns()).exec();
    }

    /** On a terminal the end of input is a key; an engine that is told that nothing more comes would stop listening, too. */
    static final class Keyboard extends FilterOutputStream {

        /** The key for the end of input, Ctrl-D. */
        private static final int END_KEY = 4;

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
