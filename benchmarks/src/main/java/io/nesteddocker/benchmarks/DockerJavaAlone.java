package io.nesteddocker.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dependencies of docker-java alone, resolved by Maven: first from the local repository, then with downloads. */
final class DockerJavaAlone {

    private static final long LONGEST_SECONDS = 60;
    private static final Pattern CORE_JAR = Pattern.compile("docker-java-core-(.+)\\.jar");

    private DockerJavaAlone() {}

    /** Resolves the version of docker-java that is on the given class path. */
    static ClassPathSize resolve(ClassPathSize ours) throws IOException, InterruptedException {
        String version = ours.jars().keySet().stream()
                .map(CORE_JAR::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElseThrow(() -> new IOException("there is no docker-java-core on the class path"));
        Path folder = Files.createTempDirectory("nested-docker-bench-");
        Path pom = folder.resolve("pom.xml");
        Path classPath = folder.resolve("classpath.txt");
        try (InputStream source = DockerJavaAlone.class.getResourceAsStream("docker-java-alone.xml")) {
            Files.copy(Objects.requireNonNull(source), pom);
            if (!maven(pom, classPath, version, List.of("--offline")) && !maven(pom, classPath, version, List.of())) {
                throw new IOException("mvn could not resolve docker-java " + version);
            }
            return ClassPathSize.inFile(classPath);
        } finally {
            Files.deleteIfExists(classPath);
            Files.deleteIfExists(pom);
            Files.deleteIfExists(folder);
        }
    }

    private static boolean maven(Path pom, Path classPath, String version, List<String> more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("mvn", "--batch-mode", "--quiet"));
        command.addAll(more);
        command.addAll(List.of(
                "--file",
                pom.toString(),
                "-Ddocker-java.version=" + version,
                "-Dmdep.outputFile=" + classPath,
                "-Dmdep.includeScope=runtime",
                "dependency:build-classpath"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } finally {
            process.destroy();
        }
    }
}
