package io.nesteddocker.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM, by default with the class path of the tests, that a test can kill.
 *
 * <p>Its main class reports progress in lines such as {@code READY 4711}, for which {@link #await} waits. Closing this object kills the JVM
 * if it still runs.
 */
public final class ChildJvm implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /**
     * The command that makes a child react to SIGINT, if this machine's {@code env} supports that. If a shell starts the tests in the
     * background, they ignore SIGINT, and so do the programs that they start.
     */
    private static final List<String> DEFAULT_SIGNALS = defaultSignals();

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private ChildJvm(Process process) {
        this.process = process;
        reader = new Thread(this::read, "child-jvm-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private static List<String> defaultSignals() {
        List<String> command = List.of("env", "--default-signal=INT");
        try {
            Process attempt = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return attempt.waitFor() == 0 ? command : List.of();
        } catch (IOException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    /** Starts a JVM. */
    public static ChildJvm start(Class<?> mainClass, String... arguments) {
        return start(Map.of(), mainClass, arguments);
    }

    /** Starts a JVM with additional environment variables. */
    public static ChildJvm start(Map<String, String> environment, Class<?> mainClass, String... arguments) {
        return startOn(environment, System.getProperty("java.class.path"), mainClass, arguments);
    }

    /** Starts a JVM with another class path. */
    public static ChildJvm startOn(String classPath, Class<?> mainClass, String... arguments) {
        return startOn(Map.of(), classPath, mainClass, arguments);
    }

    /** Starts a JVM with another class path and additional environment variables. */
    public static ChildJvm startOn(
            Map<String, String> environment, String classPath, Class<?> mainClass, String... arguments) {
        List<String> command = new ArrayList<>(DEFAULT_SIGNALS);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classPath,
                mainClass.getName()));
        command.addAll(Arrays.asList(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            return new ChildJvm(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the process ID, which labels and files of the library contain. */
    public long pid() {
        return process.pid();
    }

    /** Waits for a line that begins with {@code word}, and returns the rest of the line. */
    public String await(String word) {
        return await(word, PATIENCE);
    }

    /** Waits for a line that begins with {@code word}, with another time limit, and returns the rest of the line. */
    public String await(String word, Duration patience) {
        Eventually.holds(patience, () -> find(word).isPresent() || !reader.isAlive());
        return find(word)
                .map(text -> text.substring(word.length()).strip())
                .orElseThrow(() -> new AssertionError("The child JVM did not say " + word + " but:\n" + output()));
    }

    /** Waits until the output contains {@code text}. */
    public void awaitText(String text) {
        Eventually.holds(PATIENCE, () -> output().contains(text) || !reader.isAlive());
        if (!output().contains(text)) {
            throw new AssertionError("The child JVM did not say \"" + text + "\" but:\n" + output());
        }
    }

    /** Returns the output to both streams so far. */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** Sends a signal such as {@code KILL}, {@code TERM} or {@code INT}. */
    public void signal(String name) {
        try {
            int status = new ProcessBuilder("kill", "-" + name, String.valueOf(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + name + " " + pid() + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
    }

    /** Writes a line to the standard input. */
    public void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the end of the JVM and returns the exit code, which is 128 plus the signal's number if a signal ended it. */
    public int awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(
                        "The child JVM did not end within " + PATIENCE.toSeconds() + " s but said:\n" + output());
            }
            reader.join(PATIENCE.toMillis());
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
    }

    /** Kills the JVM if it still runs, and waits for its end. */
    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }

    private Optional<String> find(String word) {
        synchronized (lines) {
            return lines.stream()
                    .filter(line -> line.equals(word) || line.startsWith(word + " "))
                    .findFirst();
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.add("(its output broke off: " + e.getMessage() + ")");
            }
        }
    }
}
