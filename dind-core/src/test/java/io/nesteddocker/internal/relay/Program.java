package io.nesteddocker.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The relay programs in the jar. A program for another processor runs in QEMU, if that is installed. */
enum Program {
    AMD64("x86_64"),
    ARM64("aarch64");

    private final String processor;

    Program(String processor) {
        this.processor = processor;
    }

    /** Writes the program to a folder, and returns the command that runs it. */
    List<String> command(Path folder) throws IOException {
        Path program = folder.resolve("relay-" + processor);
        if (!Files.exists(program)) {
            Files.write(
                    program,
                    RelayProgram.forProcessor(name().toLowerCase(Locale.ROOT)).orElseThrow());
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
        return isNative() ? List.of(program.toString()) : List.of(emulator(), program.toString());
    }

    /** Returns the program that runs here without an emulator; skips the test if there is none. */
    static Program ofThisMachine() {
        Optional<Program> found =
                Arrays.stream(values()).filter(Program::isNative).findFirst();
        assumeTrue(
                found.isPresent(),
                () -> "there is no program for " + System.getProperty("os.name") + " on "
                        + System.getProperty("os.arch"));
        return found.orElseThrow();
    }

    private boolean isNative() {
        String here = System.getProperty("os.arch");
        return System.getProperty("os.name").equals("Linux")
                && (here.equals(processor) || here.equals(name().toLowerCase(Locale.ROOT)));
    }

    private String emulator() {
        List<String> names = List.of("qemu-" + processor + "-static", "qemu-" + processor);
        Optional<String> found = Arrays.stream(System.getenv("PATH").split(":"))
                .flatMap(folder -> names.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
        assumeTrue(
                found.isPresent(),
                () -> "the program for " + processor + " needs Linux on such a processor, or one of " + names
                        + " on the PATH");
        return found.orElseThrow();
    }
}
