package io.nesteddocker.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.nesteddocker.nativeimage.ReflectionTrace.Kind;
import io.nesteddocker.nativeimage.ReflectionTrace.Use;
import io.nesteddocker.testing.ChildJvm;
import io.nesteddocker.testing.LeakCheck;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a program under a debugger and compares its uses of reflection with the metadata for native images.
 *
 * <p>The program runs with the dependencies that users get, and without a provider of SLF4J, because a provider has its own metadata.
 */
@ExtendWith(LeakCheck.class)
class ReflectionTraceIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final String DEBUGGER = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:0";

    private static Set<Use> uses = Set.of();
    private static String output = "";

    @BeforeAll
    static void followTheProgram() throws IOException {
        String classPath = String.join(
                File.pathSeparator,
                Path.of("target", "classes").toString(),
                Path.of("target", "test-classes").toString(),
                Files.readString(Path.of("target", "classpath.txt")).strip());
        try (ChildJvm program =
                ChildJvm.startOn(Map.of("JAVA_TOOL_OPTIONS", DEBUGGER), classPath, OrdinaryProgram.class)) {
            int port = Integer.parseInt(program.await("Listening for transport dt_socket at address:"));
            uses = ReflectionTrace.follow(port, PATIENCE);
            int exitCode = program.awaitEnd();
            output = program.output();
            assertThat(exitCode).as(output).isZero();
        }
    }

    @Test
    void theProgramDidItsWork() {
        assertThat(output).contains("PRINTED Hello from inside", "EXECUTED Hello again", "CLOSED");
    }

    @Test
    void theMetadataCoversAllThatTheProgramDidByReflection() {
        ReachabilityMetadata metadata = ReachabilityMetadata.ofTheClassPath();

        assertThat(uses.stream().filter(ReflectionTraceIT::isThere).filter(use -> !metadata.covers(use)))
                .as(
                        "what the program does and the metadata lacks; a new entry belongs to OtherNeeds if no rule finds it")
                .isEmpty();
    }

    @Test
    void theTraceSeesWhatJacksonDoes() {
        assertThat(uses)
                .extracting(Use::kind, Use::name)
                .contains(
                        tuple(Kind.MEMBERS, "com.github.dockerjava.api.model.Info"),
                        tuple(Kind.CONSTRUCTOR, "com.github.dockerjava.api.model.Info"),
                        tuple(Kind.FIELD, "com.github.dockerjava.api.model.HostConfig"));
    }

    @Test
    void theTraceSeesWhichScriptsTheLibraryReads() {
        assertThat(uses)
                .extracting(Use::kind, Use::name)
                .contains(tuple(Kind.RESOURCE, "io/nesteddocker/image/dind-init.sh"));
    }

    /** Returns whether the use needs metadata: a resource that the class path lacks is an optional file of some library. */
    private static boolean isThere(Use use) {
        return use.kind() != Kind.RESOURCE
                || ReflectionTraceIT.class.getClassLoader().getResource(use.name()) != null;
    }
}
