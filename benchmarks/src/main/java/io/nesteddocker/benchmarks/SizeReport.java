package io.nesteddocker.benchmarks;

import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** The size of what a program pulls in with {@code dind-core}, beside what it pulls in with docker-java alone. */
final class SizeReport {

    private static final int ROWS = 8;

    String words() throws InterruptedException {
        try {
            ClassPathSize ours = ClassPathSize.inFile(classPathFile());
            Table table = new Table("what dind-core pulls in (" + ours.jars().size() + " jars)", "size");
            ours.largest(ROWS).forEach(jar -> table.row(jar.getKey(), Words.megabytes(jar.getValue())));
            long shown =
                    ours.largest(ROWS).stream().mapToLong(jar -> jar.getValue()).sum();
            table.row("the others", Words.megabytes(ours.total() - shown));
            table.row("all", Words.megabytes(ours.total()));
            return table + comparison(ours);
        } catch (IOException e) {
            return "What dind-core pulls in is not known: " + Words.reason(e) + "\n";
        }
    }

    private static String comparison(ClassPathSize ours) throws InterruptedException {
        try {
            ClassPathSize alone = DockerJavaAlone.resolve(ours);
            return "docker-java-core and -transport-zerodep alone: " + Words.megabytes(alone.total()) + " in "
                    + alone.jars().size() + " jars; left out of it: " + names(alone.without(ours)) + "; added to it: "
                    + names(ours.without(alone)) + "\n";
        } catch (IOException e) {
            return "What docker-java alone pulls in is not known: " + Words.reason(e) + "\n";
        }
    }

    private static String names(ClassPathSize jars) {
        return jars.jars().isEmpty()
                ? "nothing"
                : String.join(", ", jars.jars().keySet()) + " (" + Words.megabytes(jars.total()) + ")";
    }

    /** The build writes it beside the library's classes. */
    private static Path classPathFile() throws IOException {
        try {
            return Path.of(NestedDocker.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("classpath.txt");
        } catch (URISyntaxException e) {
            throw new IOException("the library's place is no path", e);
        }
    }
}
