package io.nesteddocker.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the jar with the oldest and the newest supported JUnit, whose jars the build copies to {@code target}. */
@ExtendWith(LeakCheck.class)
class OtherLinesIT {

    private static final Class<?>[] CLASSES = {MisuseTest.class, LifetimeIT.class, FieldIT.class, FailureReportIT.class
    };

    @ParameterizedTest
    @ValueSource(strings = {"junit-5.12.2", "junit-6.1.3"})
    void theExtensionsDoTheSame(String line) throws IOException {
        try (ChildJvm jvm = ChildJvm.startOn(
                classPathWith(Path.of("target", line)),
                LineRunner.class,
                Arrays.stream(CLASSES).map(Class::getName).toArray(String[]::new))) {
            jvm.awaitEnd();

            assertThat(jvm.await("JUNIT")).contains(line.replace("junit-", "junit-jupiter-api-") + ".jar");
            assertThat(jvm.await("FAILED")).as(jvm.output()).isEqualTo("0");
            assertThat(Integer.parseInt(jvm.await("SUCCEEDED"))).isGreaterThanOrEqualTo(CLASSES.length * 3);
        }
    }

    private static String classPathWith(Path line) throws IOException {
        try (Stream<Path> jars = Files.list(line)) {
            Stream<String> others = Arrays.stream(
                            System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(part -> !part.matches(".*(junit-(jupiter|platform)|archunit)-[^/\\\\]*\\.jar"));
            return Stream.concat(jars.map(Path::toString).sorted(), others)
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }
}
