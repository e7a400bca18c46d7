package io.nesteddocker.internal.terminal;

import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.RunningCommand;
import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.http.Reason;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects this program's own standard streams with a command in a container, until the command ends. */
public final class HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

    /** The exit code that a shell returns for a command whose output has no reader any more: 128 plus the number of SIGPIPE. */
    private static final int BROKEN_PIPE = 141;

    /** The terminals that any image describes; a description of other terminals may be missing in the image. */
    private static final Pattern KNOWN_TERMINALS =
            Pattern.compile("(xterm|screen|tmux)(-256color)?|linux|vt\\d+|ansi|dumb");

    private HandOver() {}

    /** Opens the command, once it is known whether there is a terminal to run it on. */
    @FunctionalInterface
    public interface Opener {
        /** Starts the command with further variables, on a terminal of the given size or, if null, without a terminal. */
        RunningCommand open(List<String> environment, @Nullable TerminalSize terminal) throws InterruptedException;
    }

    /** Runs a command on this program's terminal, or on its standard streams if they are no terminal, and returns the exit code. */
    public static int run(Opener opener) throws InterruptedException {
        return ProgramTerminal.isAvailable() ? onTerminal(opener) : onPipes(opener);
    }

    private static int onTerminal(Opener opener) throws InterruptedException {
        TerminalSize size = ProgramTerminal.size().orElse(TerminalSize.USUAL);
        try (RunningCommand command = opener.open(environment(), size)) {
            Optional<ProgramTerminal> taken = ProgramTerminal.enterRawMode();
            if (taken.isEmpty()) {
                throw new IllegalStateException("the terminal could not be set to raw mode with stty");
            }
            try (ProgramTerminal terminal = taken.get();
                    Keys keys = Keys.copyTo(command.stdin());
                    WindowChanges changes = WindowChanges.listen(() -> adapt(command))) {
                LOG.debug("Handed over: {}, {}, {}", terminal, keys, changes);
                // The window may have changed before the listener was registered.
                adapt(command);
                copyOutput(command);
            }
            return exitCode(command);
        }
    }

    private static int onPipes(Opener opener) throws InterruptedException {
        try (RunningCommand command = opener.open(List.of(), null)) {
            daemonThread("nested-docker-stdin", () -> feed(command.stdin()));
            Thread errors =
                    daemonThread("nested-docker-stderr", () -> copy(command.stderr(), stream(FileDescriptor.err)));
            if (!copyOutput(command)) {
                return BROKEN_PIPE;
            }
            errors.join();
            return exitCode(command);
        }
    }

    private static int exitCode(RunningCommand command) throws InterruptedException {
        return command.awaitExit(Deadline.FOREVER).orElseThrow();
    }

    /** Copies the command's output to this program's, and returns whether all of it could be written. */
    private static boolean copyOutput(RunningCommand command) throws InterruptedException {
        boolean shown = copy(command.stdout(), stream(FileDescriptor.out));
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while a shell had the terminal");
        }
        return shown;
    }

    private static OutputStream stream(FileDescriptor descriptor) {
        return new FileOutputStream(descriptor);
    }

    /** Copies to the end, and returns whether all could be written. A broken connection counts as the end: the exit code explains more. */
    private static boolean copy(InputStream from, OutputStream to) {
        byte[] buffer = new byte[16 * 1024];
        while (true) {
            int count;
            try {
                count = from.read(buffer);
            } catch (IOException e) {
                LOG.debug("The output broke off: {}", e.getMessage());
                return true;
            }
            if (count < 0) {
                return true;
            }
            try {
                to.write(buffer, 0, count);
            } catch (IOException e) {
                LOG.debug("Nobody takes the output any more: {}", e.getMessage());
                return false;
            }
        }
    }

    private static void feed(OutputStream stdin) {
        try (stdin) {
            System.in.transferTo(stdin);
        } catch (IOException e) {
            LOG.debug("The command takes no more input: {}", e.getMessage());
        }
    }

    /** Passes the window's size on. Several threads may call this, one for each change; the last call reads the final size. */
    private static void adapt(RunningCommand command) {
        synchronized (command) {
            try {
                ProgramTerminal.size().ifPresent(command::resize);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.debug("The new size of the window was not taken: {}", Reason.of(e));
            }
        }
    }

    private static List<String> environment() {
        String terminal = System.getenv("TERM");
        return terminal != null && KNOWN_TERMINALS.matcher(terminal).matches()
                ? List.of("TERM=" + terminal)
                : List.of("TERM=xterm");
    }

    private static Thread daemonThread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
