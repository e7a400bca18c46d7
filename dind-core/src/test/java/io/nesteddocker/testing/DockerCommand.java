package io.nesteddocker.testing;

import io.nesteddocker.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the {@code docker} command as a child process. */
public final class DockerCommand {

    private DockerCommand() {}

    /** Runs the command on an inner engine, and returns its output to both streams without surrounding white space. */
    public static String run(Endpoint endpoint, String... arguments) {
        return run("docker", endpoint.environment(), arguments);
    }

    /** Runs a docker program with additional variables, and returns its output to both streams without surrounding white space. */
    public static String run(String program, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int status = process.waitFor();
            if (status != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with " + status + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
    }
}
