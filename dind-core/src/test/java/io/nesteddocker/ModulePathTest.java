package io.nesteddocker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs a small program of its own module against the library, with everything on the module path.
 *
 * <p>The other tests run on the class path, where a missing line in {@code module-info.java} has no effect.
 */
class ModulePathTest {

    private static final Path SOURCES = Path.of("src", "test", "blackbox");

    private static String output = "";

    @BeforeAll
    static void runTheProgram(@TempDir Path folder) throws IOException, InterruptedException {
        String libraries = Path.of("target", "classes")
                + File.pathSeparator
                + Files.readString(Path.of("target", "classpath.txt")).strip();
        Path classes = folder.resolve("classes");
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        "-p",
                        libraries,
                        SOURCES.resolve("module-info.java").toString(),
                        SOURCES.resolve("blackbox").resolve("Main.java").toString());
        assertThat(compiled).as("the compiler's exit code").isZero();

        Path log = folder.resolve("output.txt");
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        classes + File.pathSeparator + libraries,
                        "-m",
                        "blackbox/blackbox.Main")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = program.waitFor(60, TimeUnit.SECONDS);
        program.destroyForcibly();
        output = Files.readString(log);
        assertThat(ended)
                .as("the program ended within a minute; it printed %s", output)
                .isTrue();
    }

    @Test
    void theLibraryIsAModuleOfItsOwn() {
        assertThat(output.lines()).contains("library is module io.nesteddocker", "internal is exported: false");
    }

    @Test
    void dockerJavaFindsAllThatItNeeds() {
        assertThat(output).contains("refused: ").contains("this engine refuses").doesNotContain("NoClassDefFoundError");
    }
}
