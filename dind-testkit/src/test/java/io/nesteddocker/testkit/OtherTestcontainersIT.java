package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.LeakCheck;
import io.nesteddocker.testing.OuterTestEngine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.testcontainers.DockerClientFactory;

/** Tests the jar with the older Testcontainers, whose jars the build copies to {@code target}, and without Testcontainers. */
@ExtendWith(LeakCheck.class)
class OtherTestcontainersIT {

    private static final Duration A_WHOLE_CLASS = Duration.ofMinutes(5);

    @Test
    void thisIsTheNewerOne() {
        assertThat(DockerClientFactory.TESTCONTAINERS_VERSION).isEqualTo("2.0.5");
    }

    @ParameterizedTest
    @ValueSource(classes = {NestedTestcontainersIT.class, TestcontainersInsideIT.class, NestedDockerContainerIT.class})
    void olderTestcontainersIsRoutedToo(Class<?> tests) throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("target", "testcontainers-1.21.4"));
                ChildJvm jvm = ChildJvm.startOn(
                        // With this variable, Testcontainers skips all other ways to find an engine.
                        Map.of("DOCKER_HOST", OuterTestEngine.address()),
                        Stream.concat(jars.map(Path::toString).sorted(), others())
                                .collect(Collectors.joining(File.pathSeparator)),
                        LineRunner.class,
                        tests.getName())) {
            String failed = jvm.await("FAILED", A_WHOLE_CLASS);

            jvm.awaitText("Testcontainers version: 1.21.4");
            assertThat(failed).as(jvm.output()).isEqualTo("0");
            assertThat(Integer.parseInt(jvm.await("SUCCEEDED"))).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void whereThereIsNoneTheErrorNamesTheCure() {
        try (ChildJvm jvm = ChildJvm.startOn(
                others().collect(Collectors.joining(File.pathSeparator)), WithoutTestcontainers.class)) {
            assertThat(jvm.await("USE"))
                    .contains("not on the class path")
                    .contains("add the dependency org.testcontainers:testcontainers");
            assertThat(jvm.await("ANNOTATION"))
                    .contains("class " + WithoutTestcontainers.Cases.class.getName())
                    .contains("not on the class path");
            assertThat(jvm.await("KIT")).isEqualTo("works");
        }
    }

    @Test
    void insideThereIsNoRyukAlsoWhereItIsWanted() {
        try (ChildJvm jvm = ChildJvm.start(Map.of("TESTCONTAINERS_RYUK_DISABLED", "false"), RyukProgram.class)) {
            assertThat(jvm.await("PAGE")).isEqualTo("inside");
            assertThat(jvm.await("INSIDE")).isEqualTo("1");
            assertThat(jvm.await("RYUK")).isEqualTo("0");
        }
    }

    private static Stream<String> others() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> !part.matches(".*testcontainers-[^/\\\\]*\\.jar"));
    }
}
