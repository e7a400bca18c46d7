package io.nesteddocker.internal.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nesteddocker.NestedDocker;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.testing.ChildJvm;
import java.io.File;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests with real jars of SLF4J 1.7, which Maven prefers to 2.0 if the user's own docker-java comes first in the POM. */
class SilentLogTest {

    private static final String OLDER_API = jar("slf4j-api");
    private static final String OLDER_BINDING = jar("slf4j-simple");

    @Test
    void warnsOnceWhenAnOlderApiHidesTheProvider() {
        assertThat(warningsWith(OLDER_API))
                .singleElement()
                .asString()
                .contains("slf4j-api 1.7.36, which comes first there, does not see it")
                .contains("declare org.slf4j:slf4j-api 2.0 or later");
    }

    @Test
    void warnsAlsoWhenTheOlderApiIsTheOnlyOne() {
        String onlyOne = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(part -> !part.contains("slf4j-api"))
                .collect(Collectors.joining(File.pathSeparator));

        assertThat(warningsOn(OLDER_API + File.pathSeparator + onlyOne)).hasSize(1);
    }

    @Test
    void saysNothingWhenTheOlderApiHasABinding() {
        assertThat(warningsWith(OLDER_API, OLDER_BINDING)).isEmpty();
    }

    @Test
    void saysNothingWhenTheProviderIsSeen() {
        assertThat(warningsWith()).isEmpty();
    }

    private static List<String> warningsWith(String... first) {
        return warningsOn(Stream.concat(Arrays.stream(first), Stream.of(System.getProperty("java.class.path")))
                .collect(Collectors.joining(File.pathSeparator)));
    }

    private static List<String> warningsOn(String classPath) {
        try (ChildJvm jvm = ChildJvm.startOn(classPath, TwoStarts.class)) {
            jvm.await("DONE");
            return jvm.output()
                    .lines()
                    .filter(line -> line.contains("slf4j-api"))
                    .toList();
        }
    }

    private static String jar(String artifact) {
        return new File("target/slf4j-1.7.36/" + artifact + "-1.7.36.jar").getPath();
    }

    /** A program that tries two starts, which fail because there is no engine. */
    static final class TwoStarts {

        private TwoStarts() {}

        public static void main(String... none) {
            for (int start = 1; start <= 2; start++) {
                try {
                    NestedDocker.builder()
                            .outer(URI.create("unix:///nowhere/docker.sock"))
                            .start();
                } catch (OuterEngineException expected) {
                    System.out.println("REFUSED");
                }
            }
            System.out.println("DONE");
        }
    }
}
