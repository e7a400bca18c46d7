package io.nesteddocker.examples;

import io.nesteddocker.NestedDocker;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a command that uses Docker against a nested daemon, and ends with its exit code. {@code ./dev run -- COMMAND} does the same.
 *
 * <p>The daemon publishes ports on this machine, so that a build finds them at localhost. Each {@code --image NAME} before the command is
 * inside when the command starts.
 */
public final class RunAgainstIt {

    private RunAgainstIt() {}

    /**
     * Runs the example.
     *
     * @param args {@code [--image NAME]... COMMAND [ARGUMENT]...}
     */
    public static void main(String[] args) throws Exception {
        List<String> command = new ArrayList<>(List.of(args));
        List<String> images = new ArrayList<>();
        while (command.size() > 1 && command.get(0).equals("--image")) {
            command.remove(0);
            images.add(command.remove(0));
        }
        if (command.isEmpty() || command.get(0).startsWith("--")) {
            System.err.println("Usage: RunAgainstIt [--image NAME]... COMMAND [ARGUMENT]...");
            System.exit(2);
        }
        System.exit(run(images, command));
    }

    // tag::run[]
    private static int run(List<String> images, List<String> command) throws Exception {
        try (NestedDocker docker = NestedDocker.builder()
                .publishPorts()
                .images(images.toArray(new String[0]))
                .start()) {
            ProcessBuilder builder = new ProcessBuilder(endingWithThisProgram(command)).inheritIO();
            builder.environment().putAll(docker.endpoint().environment());
            // For Testcontainers: where published ports answer, and where the daemon's containers find its socket.
            builder.environment().put("TESTCONTAINERS_HOST_OVERRIDE", "localhost");
            builder.environment().put("TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE", "/var/run/docker.sock");
            // Ryuk, its cleaner, has nothing to do, because everything ends with the daemon.
            builder.environment().putIfAbsent("TESTCONTAINERS_RYUK_DISABLED", "true");
            Process process = builder.start();
            try {
                // If this program is told to end, so is the command.
                Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
                return process.waitFor();
            } finally {
                process.destroy();
            }
        }
    }
    // end::run[]

    /** On Linux, the kernel can tell the command that this program was killed. */
    private static List<String> endingWithThisProgram(List<String> command) throws Exception {
        List<String> wrapped = new ArrayList<>(List.of("setpriv", "--pdeathsig", "TERM", "--"));
        boolean possible = Files.isExecutable(Path.of("/usr/bin/setpriv"))
                && new ProcessBuilder("setpriv", "--pdeathsig", "TERM", "--", "true")
                                .redirectErrorStream(true)
                                .redirectOutput(Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0;
        if (!possible) {
            return command;
        }
        wrapped.addAll(command);
        return wrapped;
    }
}
