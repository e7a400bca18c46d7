package io.nesteddocker.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file in which Testcontainers remembers how it found the engine. Somebody who has none has none after a benchmark.
 *
 * @param file where Testcontainers keeps it
 * @param existed whether it was there before
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
