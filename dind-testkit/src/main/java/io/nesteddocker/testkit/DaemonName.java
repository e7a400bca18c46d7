package io.nesteddocker.testkit;

import io.nesteddocker.testkit.internal.AnnotatedDaemons;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Selects the daemon that a parameter receives, if a test has several daemons.
 *
 * <pre>{@code
 * @WithNestedDocker(name = "blue")
 * @WithNestedDocker(name = "green")
 * class FailoverTest {
 *     @Test
 *     void movesOver(@DaemonName("blue") DockerClient blue, @DaemonName("green") DockerClient green) {}
 * }
 * }</pre>
 */
@Documented
@SuppressWarnings("exports") // Only JUnit creates the extension; no other code needs access to it.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@ExtendWith(AnnotatedDaemons.class)
public @interface DaemonName {

    /**
     * The daemon's name.
     *
     * @return the name that was set with {@link WithNestedDocker#name()} or {@link NestedDockerExtension#named(String)}
     */
    String value();
}
