package io.nesteddocker.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathSizeTest {

    @TempDir
    private Path folder;

    @Test
    void countsJarsAndNotFolders() throws IOException {
        ClassPathSize size = ClassPathSize.of(jar("small.jar", 10) + File.pathSeparator + folder);

        assertThat(size.jars()).containsOnlyKeys("small.jar");
    }

    @Test
    void listsTheLargestFirst() throws IOException {
        ClassPathSize size = ClassPathSize.of(jar("small.jar", 10) + File.pathSeparator + jar("large.jar", 20));

        assertThat(size.largest(1))
                .singleElement()
                .satisfies(jar -> assertThat(jar.getKey()).isEqualTo("large.jar"));
        assertThat(size.total()).isEqualTo(30);
    }

    @Test
    void tellsWhatAnotherDoesNotHave() throws IOException {
        String shared = jar("shared.jar", 10);
        ClassPathSize more = ClassPathSize.of(shared + File.pathSeparator + jar("more.jar", 5));

        assertThat(more.without(ClassPathSize.of(shared)).jars()).containsOnlyKeys("more.jar");
    }

    private String jar(String name, int bytes) throws IOException {
        return Files.write(folder.resolve(name), new byte[bytes]).toString();
    }
}
