package io.nesteddocker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The result of a command.
 *
 * @param exitCode the exit code
 * @param output the output to both streams
 */
record Outcome(int exitCode, String output) {

    private static final long PATIENCE_SECONDS = 240;

    /** Runs a command in a folder, with additional environment variables. */
    static Outcome of(Path folder, Map<String, String> variables, List<String> command)
            throws IOException, InterruptedException {
        Path written = Files.createTempFile("output", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(written.toFile());
            builder.environment().putAll(variables);
            Process process = builder.start();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            String output = Files.readString(written, StandardCharsets.UTF_8);
            assertThat(ended)
                    .as("%s ended in time; it printed %s", command, output)
                    .isTrue();
            return new Outcome(process.exitValue(), output);
        } finally {
            Files.delete(written);
        }
    }

    /** Runs a class with the class path of this program. */
    static Outcome of(Path folder, Map<String, String> variables, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        return of(folder, variables, jvm(main, arguments));
    }

    /** The command that runs a class with the class path of this program, in a JVM that does without what only a long run repays. */
    static List<String> jvm(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
