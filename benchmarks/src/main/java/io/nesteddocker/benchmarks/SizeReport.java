package io.nesteddocker.benchmarks;

import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Compares the size of all jars that {@code dind-core} brings with the size of those that docker-java alone brings. */
final class SizeReport {

    private static final int ROWS = 8;

    String text() throws InterruptedException {
        try {
            ClassPathSize ours = ClassPathSize.inFile(classPathFile());
            Table table = new Table("dependencies of dind-core (" + ours.jars().size() + " jars)", "size");
            ours.largest(ROWS).forEach(jar -> table.row(jar.getKey(), Formats.megabytes(jar.getValue())));
            long shown =
                    ours.largest(ROWS).stream().mapToLong(jar -> jar.getValue()).sum();
            table.row("other jars", Formats.megabytes(ours.total() - shown));
            table.row("total", Formats.megabytes(ours.total()));
            return table + comparison(ours);
        } catch (IOException e) {
            return "The dependencies of dind-core could not be measured: " + Formats.reason(e) + "\n";
        }
    }

    private static String comparison(ClassPathSize ours) throws InterruptedException {
        try {
            ClassPathSize alone = DockerJavaAlone.resolve(ours);
            return "docker-java-core and -transport-zerodep alone: " + Formats.megabytes(alone.total()) + " in "
                    + alone.jars().size() + " jars; dind-core leaves out: " + names(alone.without(ours)) + "; it adds: "
                    + names(ours.without(alone)) + "\n";
        } catch (IOException e) {
            return "The dependencies of docker-java alone could not be measured: " + Formats.reason(e) + "\n";
        }
    }

    private static String names(ClassPathSize jars) {
        return jars.jars().isEmpty()
                ? "nothing"
                : String.join(", ", jars.jars().keySet()) + " (" + Formats.megabytes(jars.total()) + ")";
    }

    /** Returns the file with the class path, which the build writes beside the library's classes. */
    private static Path classPathFile() throws IOException {
        try {
            return Path.of(NestedDocker.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("classpath.txt");
        } catch (URISyntaxException e) {
            throw new IOException("the location of the library is not a path", e);
        }
    }
}
