package io.nesteddocker.testkit;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.Command;
import io.nesteddocker.testing.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what Maven prints about failed tests, with several versions of JUnit. */
@ExtendWith(LeakCheck.class)
class SurefireIT {

    private static final String CASES = SurefireCases.class.getName();
    private static final String FIELD_CASES = SurefireFieldCases.class.getName();

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Pattern EVIDENCE =
            Pattern.compile("Suppressed: \\S+: The log, containers, events and state of nested daemon .* are in (.*)");

    private static final String POM = """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>io.nesteddocker.testing</groupId>
              <artifactId>surefire-cases</artifactId>
              <version>1</version>
              <dependencies>
                <dependency>
                  <groupId>org.junit.jupiter</groupId>
                  <artifactId>junit-jupiter</artifactId>
                  <version>%s</version>
                </dependency>
              </dependencies>
              <build>
                <plugins>
                  <plugin>
                    <artifactId>maven-surefire-plugin</artifactId>
                    <version>%s</version>
                    <configuration>
                      <testClassesDirectory>%s</testClassesDirectory>
                      <additionalClasspathElements>%s</additionalClasspathElements>
                    </configuration>
                  </plugin>
                </plugins>
              </build>
            </project>
            """;

    @TempDir
    Path project;

    @ParameterizedTest
    @ValueSource(strings = {"5.12.2", "5.14.4", "6.1.3"})
    void aFailedTestShowsItsOwnFailureAndThePathToItsEvidence(String version) throws IOException {
        String printed = surefire(version, "SurefireCases#fails*,SurefireFieldCases");

        assertThat(printed)
                .contains("java.lang.AssertionError: on purpose")
                .contains("java.lang.AssertionError: in a row on purpose")
                .contains("java.lang.AssertionError: in a field on purpose")
                .contains("Tests run: 3, Failures: 3, Errors: 0");
        List<Path> folders = EVIDENCE.matcher(printed)
                .results()
                .map(found -> Path.of(found.group(1)))
                .toList();
        assertThat(folders)
                .as(printed)
                .hasSize(3)
                .allSatisfy(folder -> assertThat(folder.resolve("events.txt")).exists());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5.9.3", "5.11.4"})
    void anOlderJUnitIsRefusedBeforeADaemonStarts(String version) throws IOException {
        String printed = surefire(version, "SurefireCases#fails*,SurefireFieldCases");

        String refusal = " but JUnit Jupiter " + version + " is in use, and dind-testkit needs 5.12 or later; raise";
        assertThat(printed)
                .contains("Tried to give a nested daemon to class " + CASES + refusal)
                .contains("Tried to give a nested daemon to method " + CASES + ".failsInARow(NestedDocker)" + refusal)
                .contains("Tried to give a nested daemon to class " + FIELD_CASES + refusal)
                .contains("Tests run: 3, Failures: 0, Errors: 3")
                .doesNotContain("is ready at");
    }

    @Test
    void theCureForAMissingAnnotationIsPrinted() throws IOException {
        assertThat(surefire("5.14.4", "SurefireCases#declaresNothing"))
                .contains("No ParameterResolver registered for parameter [io.nesteddocker.NestedDocker")
                .contains("WARNING: Tried to give the NestedDocker of a nested daemon to method " + CASES
                        + ".declaresNothing but no daemon is declared there; write @WithNestedDocker");
    }

    private String surefire(String version, String tests) throws IOException {
        Files.writeString(
                project.resolve("pom.xml"),
                POM.formatted(
                        version,
                        property("test.surefire.version"),
                        Path.of("target", "test-classes").toAbsolutePath(),
                        classPathWithoutJUnit()));
        List<String> command = new ArrayList<>(List.of(
                Path.of(property("test.maven.home"), "bin", "mvn").toString(),
                "--batch-mode",
                "--no-transfer-progress",
                "--file",
                project.resolve("pom.xml").toString(),
                "-Dmaven.repo.local=" + property("localRepository"),
                "-Dtest=" + tests,
                "-DargLine=-XX:TieredStopAtLevel=1",
                "surefire:test"));
        String settings = property("test.maven.settings");
        if (Files.exists(Path.of(settings.replaceFirst("^--settings=", "")))) {
            command.add(settings);
        }
        return Command.run(
                        PATIENCE,
                        Map.of(
                                "JAVA_HOME",
                                System.getProperty("java.home"),
                                "MAVEN_OPTS",
                                "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"),
                        "",
                        command.toArray(String[]::new))
                .output();
    }

    private static String property(String name) {
        return Objects.requireNonNull(
                System.getProperty(name), () -> "The build sets " + name + ", so run this test with Maven.");
    }

    private static String classPathWithoutJUnit() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> !part.matches(".*(junit-(jupiter|platform)|archunit)[^/\\\\]*\\.jar"))
                .map(part -> "<element>" + part + "</element>")
                .collect(joining());
    }
}
