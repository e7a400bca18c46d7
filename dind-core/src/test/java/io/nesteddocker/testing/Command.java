package io.nesteddocker.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs another program to its end, with a time limit. */
public final class Command {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private Command() {}

    /**
     * The result of a program.
     *
     * @param exitCode the exit code
     * @param output the output to both streams, without surrounding white space
     */
    public record Outcome(int exitCode, String output) {}

    /** Runs a program and returns its output; fails if the exit code is not 0. For programs that the rest of a test depends on. */
    public static String succeed(String... command) {
        Outcome outcome = run(command);
        if (outcome.exitCode() != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + outcome);
        }
        return outcome.output();
    }

    /** Runs a program in the environment of this program. */
    public static Outcome run(String... command) {
        return run(Map.of(), "", command);
    }

    /** Runs a program with other environment variables and with an input; an empty value removes a variable. */
    public static Outcome run(Map<String, String> environment, String input, String... command) {
        return run(PATIENCE, environment, input, command);
    }

    /** Runs a program with another time limit. */
    public static Outcome run(Duration patience, Map<String, String> environment, String input, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        try {
            return outcome(patience, builder.start(), input, command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
    }

    /** Returns the command line of a JVM with the class path of the tests. */
    public static List<String> jvm(Class<?> mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                mainClass.getName()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private static Outcome outcome(Duration patience, Process process, String input, String... command)
            throws IOException, InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Thread reader = new Thread(() -> copy(process, output), "output-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
        } catch (IOException e) {
            // The program may end without reading all of its input.
            process.getOutputStream();
        }
        if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " did not end within " + patience.toSeconds()
                    + " s but wrote:\n" + output.toString(StandardCharsets.UTF_8));
        }
        reader.join(PATIENCE.toMillis());
        return new Outcome(
                process.exitValue(), output.toString(StandardCharsets.UTF_8).strip());
    }

    private static void copy(Process process, ByteArrayOutputStream output) {
        try {
            process.getInputStream().transferTo(output);
        } catch (IOException e) {
            output.writeBytes(("\n(its output broke off: " + e.getMessage() + ")").getBytes(StandardCharsets.UTF_8));
        }
    }
}
