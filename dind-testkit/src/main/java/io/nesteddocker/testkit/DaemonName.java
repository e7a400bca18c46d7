package io.nesteddocker.testkit;

import io.nesteddocker.testkit.internal.AnnotatedDaemons;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Says which daemon a parameter means, where a test has several.
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
@SuppressWarnings("exports") // JUnit makes the extension, nobody else needs to see it.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.ANNOTATION_TYPE})
@ExtendWith(AnnotatedDaemons.class)
public @interface DaemonName {

    /**
     * The daemon's name.
     *
     * @return what {@link WithNestedDocker#name()} or {@link NestedDockerExtension#named(String)} said
     */
    String value();
}
