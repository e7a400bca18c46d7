package io.nesteddocker.internal.terminal;

import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.sweep.ShutdownHook;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The terminal that this program was started on, in raw mode until it is closed.
 *
 * <p>The system's {@code stty} reads and sets the modes. They are restored when this object is closed and when the program exits; if the
 * program is killed, a small shell restores them, which waits on a pipe from the program. Not thread-safe.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/stty.html">POSIX: stty</a>
 */
final class ProgramTerminal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProgramTerminal.class);
    private static final long PATIENCE_SECONDS = 10;

    /**
     * With {@code min 0 time 1} a read without a key ends after a tenth of a second. Otherwise a thread that still reads after the end of
     * the shell would take the first key that is meant for the program.
     */
    private static final List<String> RAW = List.of("stty", "raw", "-echo", "min", "0", "time", "1");

    /** Ignores the signals that end its program, and those that would keep it from setting modes in the background. */
    private static final String GUARD = "trap '' HUP INT QUIT TERM TSTP TTIN TTOU; read -r over || stty \"$1\" <&1";

    private final String modes;
    private final Process guard;
    private final Runnable atExit = this::restore;
    private boolean restored;

    private ProgramTerminal(String modes, Process guard) {
        this.modes = modes;
        this.guard = guard;
    }

    /** Returns whether standard input and output are both a terminal that can be handed over. */
    static boolean isAvailable() throws InterruptedException {
        return modes().isPresent();
    }

    /** Sets the terminal to raw mode; returns an empty result if this is not possible. */
    static Optional<ProgramTerminal> enterRawMode() throws InterruptedException {
        Optional<String> modes = modes();
        if (modes.isEmpty()) {
            return Optional.empty();
        }
        try {
            Process guard = new ProcessBuilder("sh", "-c", GUARD, "terminal-guard", modes.get())
                    .redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start();
            ProgramTerminal terminal = new ProgramTerminal(modes.get(), guard);
            ShutdownHook.onExit(terminal.atExit);
            if (run(RAW).isEmpty()) {
                terminal.close();
                return Optional.empty();
            }
            return Optional.of(terminal);
        } catch (IOException e) {
            LOG.debug("No guard for the terminal could be started, so the terminal stays as it is", e);
            return Optional.empty();
        }
    }

    /** Returns the window's present size; empty if the terminal has none. */
    static Optional<TerminalSize> size() throws InterruptedException {
        return run(List.of("stty", "size"))
                .filter(words -> words.matches("\\d{1,5} \\d{1,5}"))
                .map(words -> words.split(" "))
                .map(words -> new TerminalSize(Integer.parseInt(words[1]), Integer.parseInt(words[0])))
                .filter(TerminalSize::isPossible);
    }

    @Override
    public void close() {
        ShutdownHook.forget(atExit);
        restore();
    }

    private synchronized void restore() {
        if (restored) {
            return;
        }
        restored = true;
        boolean interrupted = Thread.interrupted();
        try {
            if (run(List.of("stty", modes)).isPresent()) {
                guard.getOutputStream().write('\n');
            }
            // If no line was written, the end of the pipe makes the guard restore the modes.
            guard.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("The terminal's guard has ended", e);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Returns the modes; empty without a terminal, on which alone {@code stty -g} succeeds. */
    private static Optional<String> modes() throws InterruptedException {
        if (!isTerminal(1)) {
            return Optional.empty();
        }
        return run(List.of("stty", "-g")).filter(modes -> !modes.isEmpty());
    }

    private static boolean isTerminal(int descriptor) throws InterruptedException {
        try {
            Process test = new ProcessBuilder("sh", "-c", "test -t " + descriptor)
                    .inheritIO()
                    .start();
            return test.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            LOG.debug("There is no sh here, so a terminal can't be handed over", e);
            return false;
        }
    }

    /** Runs a command on the terminal and returns its one line; empty if it fails. */
    private static Optional<String> run(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(Redirect.INHERIT)
                    .redirectError(Redirect.DISCARD)
                    .start();
            try {
                String line = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
                return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0
                        ? Optional.of(line)
                        : Optional.empty();
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            LOG.debug("{} can't be run here", command.get(0), e);
            return Optional.empty();
        }
    }
}
