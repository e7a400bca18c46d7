package io.nesteddocker.docs;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The Markdown pages of the project, and where its other files are. */
final class Pages {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Pages() {}

    /** Those at the top of the project and all below {@code docs}; the README is the one that can't be missing. */
    static List<Path> all() {
        assumeThat(ROOT.resolve("README.md"))
                .as("the pages are checked from the day there is a README.md at the top of the project")
                .exists();
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs.filter(page -> !page.startsWith(ROOT.resolve("docs/target"))))
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
