package io.nesteddocker.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file in which Testcontainers stores how it found the engine. If the user had no such file, the benchmark removes it at the end.
 *
 * @param file the path of the file
 * @param existed whether the file existed before the benchmark
 */
record TestcontainersSettings(Path file, boolean existed) {

    static TestcontainersSettings remember() {
        Path file = Path.of(System.getProperty("user.home", "/"), ".testcontainers.properties");
        return new TestcontainersSettings(file, Files.exists(file));
    }

    void restore() throws IOException {
        if (!existed) {
            Files.deleteIfExists(file);
        }
    }
}
