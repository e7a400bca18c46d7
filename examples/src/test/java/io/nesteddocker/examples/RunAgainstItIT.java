package io.nesteddocker.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs commands against a nested daemon with {@link RunAgainstIt}, in a process of its own. */
@Timeout(300)
class RunAgainstItIT {

    private static final Pattern NAME = Pattern.compile("Nested daemon (\\S+) is ready");
    private static final Path FOREIGN_BUILD = Path.of("src", "test", "foreign-build");
    private static final long PATIENCE_SECONDS = 240;

    /** Prints its process ID, and waits for a signal. */
    private static final String WAITER =
            "trap 'kill $!; echo told to end; exit 3' INT TERM; echo waiter $$; sleep 600 & wait";

    @TempDir
    private Path folder;

    @Test
    void aBuildThatKnowsNothingOfItFindsItsContainersAtLocalhost() throws Exception {
        String image = ExampleImage.name();
        List<String> command = new ArrayList<>(
                List.of("--image", image, "mvn", "--batch-mode", "--file", FOREIGN_BUILD.toString(), "test"));
        command.addAll(
                Arrays.asList(System.getProperty("foreign-build.versions").split(" ")));
        command.addAll(List.of("-Dimage=" + image, "-Dtarget=" + folder.resolve("target"), "-Dtest=WebServerTest"));

        Process process = start(command);

        assertThat(ended(process)).as(output()).isZero();
        assertThat(output()).contains("The web server answered at localhost.", "Tests run: 1, Failures: 0");
        assertNothingIsLeft();
    }

    @Test
    void itEndsWithTheCommandsExitCode() throws Exception {
        assertThat(ended(start(List.of("sh", "-c", "exit 7")))).as(output()).isEqualTo(7);
        assertNothingIsLeft();
    }

    @Test
    void withoutACommandItSaysHowToUseIt() throws Exception {
        assertThat(ended(start(List.of("--image", "only")))).isEqualTo(2);
        assertThat(output()).startsWith("Usage: RunAgainstIt ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "KILL"})
    void ifItIsToldToEndOrKilledTheCommandIsToldAndNothingIsLeft(String signal) throws Exception {
        Process process = start(List.of("sh", "-c", WAITER));
        await("the command runs", () -> waiter() != 0);
        ProcessHandle waiter = ProcessHandle.of(waiter()).orElseThrow();

        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();

        assertThat(ended(process)).isNotZero();
        await("the command is told to end", () -> output().contains("told to end"));
        await("the command ends", () -> !waiter.isAlive());
        assertNothingIsLeft();
    }

    private long waiter() {
        Matcher number = Pattern.compile("waiter (\\d+)").matcher(output());
        return number.find() ? Long.parseLong(number.group(1)) : 0;
    }

    private Process start(List<String> arguments) throws IOException {
        // A shell that starts this test in the background has it ignore SIGINT, and so would all that it starts.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.addAll(Outcome.jvm(RunAgainstIt.class, arguments.toArray(String[]::new)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
    }

    private int ended(Process process) throws InterruptedException {
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly().waitFor();
        assertThat(ended).as(output()).isTrue();
        return process.exitValue();
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("output"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private void assertNothingIsLeft() throws Exception {
        Matcher name = NAME.matcher(output());
        assertThat(name.find()).as(output()).isTrue();
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            await(
                    "the daemon container is gone",
                    () -> outer.listContainersCmd().withShowAll(true).exec().stream()
                            .map(Container::getNames)
                            .flatMap(Arrays::stream)
                            .noneMatch(("/" + name.group(1))::equals));
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS / 4);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("The time is over, and this is not true: %s", what)
                    .isLessThan(end);
            Thread.sleep(50);
        }
    }
}
