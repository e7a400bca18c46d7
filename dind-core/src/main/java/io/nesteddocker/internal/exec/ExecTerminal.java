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

/** Does for a command on a terminal what its streams don't: sets sizes, and ends its input. */
final class ExecTerminal {

    private static final Logger LOG = LoggerFactory.getLogger(ExecTerminal.class);

    private static final Duration FIRST_SIZE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(10);

    /**
     * Waits for the terminal's size, because engines before 23 make a terminal without one, and a program that draws at once would see
     * none. The {@code stty} of busybox then fails. First, the script looks for the program, because the message of {@code exec} would name a
     * line of this script.
     */
    private static final String AWAIT_SIZE = """
            case $1 in
            */*)
                if [ ! -e "$1" ]; then echo "$1: not found"; exit 127; fi
                if [ -d "$1" ] || [ ! -x "$1" ]; then echo "$1: permission denied"; exit 126; fi
                ;;
            *) if ! command -v "$1" >/dev/null 2>&1; then echo "$1: not found"; exit 127; fi ;;
            esac
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

    /** Returns a command that waits until its terminal has a size and then runs the given one. */
    static List<String> awaitingSize(List<String> command) {
        return Stream.concat(Stream.of("sh", "-c", AWAIT_SIZE, "sh"), command.stream())
                .toList();
    }

    /** Sets the first size; tries again while the engine refuses because it has not begun to run the command. */
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

    /** Sends a key when it is closed, which ends the input on a terminal; an engine whose input is closed would stop listening. */
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
