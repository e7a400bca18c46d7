package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks the shell scripts of the library and of the project with shellcheck. */
class ResourceHygieneTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Path INIT_SCRIPT =
            ROOT.resolve("dind-core/src/main/resources/io/nesteddocker/image/dind-init.sh");

    @Test
    void shellcheckFindsNothingToSay(@TempDir Path folder) throws IOException, InterruptedException {
        List<Path> scripts = scripts();
        assertThat(scripts).contains(INIT_SCRIPT, ROOT.resolve("dev"));
        assumeThat(isOnThePath("shellcheck"))
                .as("no file 'shellcheck' that can be run in any folder of PATH=" + System.getenv("PATH"))
                .isTrue();

        List<String> command = new ArrayList<>(List.of("shellcheck", "--external-sources"));
        scripts.forEach(script -> command.add(ROOT.relativize(script).toString()));
        Path output = folder.resolve("shellcheck.txt");
        Process process = new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();

        assertThat(ended).as("shellcheck ended within five minutes").isTrue();
        assertThat(Files.readString(output)).isEmpty();
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void noCheckIsSwitchedOff() throws IOException {
        for (Path script : scripts()) {
            assertThat(script).content(StandardCharsets.UTF_8).doesNotContain("shellcheck disable");
        }
    }

    @Test
    void theInitScriptAsksForNoMoreThanPlainSh() throws IOException {
        assertThat(Files.readAllLines(INIT_SCRIPT)).first().isEqualTo("#!/bin/sh");
    }

    /** Returns each file whose name or first line shows that it is a shell script. */
    private static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT, 12)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> Stream.of(".git", "target", "node_modules")
                            .noneMatch(folder -> ROOT.relativize(file).startsWith(folder)
                                    || ROOT.relativize(file).toString().contains("/" + folder + "/")))
                    .filter(ResourceHygieneTest::isShellScript)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isShellScript(Path file) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            return file.toString().endsWith(".sh")
                    || lines.findFirst().orElse("").matches("#!\\s*/\\S*(/env )?\\b(ba|da)?sh\\b.*");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOnThePath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
