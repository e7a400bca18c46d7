package io.nesteddocker.testkit;

import io.nesteddocker.testkit.internal.AnnotatedDaemons;
import io.nesteddocker.testkit.internal.EngineMatrixProvider;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test once for each of several versions of the inner engine, each time with a daemon of its own.
 *
 * <pre>{@code
 * @EngineMatrix({"20.10", "26.1", "28.5"})
 * void cleansUp(DockerClient innerClient) {}
 * }</pre>
 *
 * <p>By default, the image of a version is {@code docker:<version>-dind}. A file {@code nested-docker-engines.properties} at the root of
 * the class path can name another image for a version, with a line such as {@code 26.1=registry.example/dind:26.1}. If several such files
 * have a line for the version, the first file on the class path is used.
 *
 * <p>If the method or its class also has a {@link WithNestedDocker} without a name, the daemon has the options of that annotation, but the
 * image of the matrix. If the version in the annotation consists of digits and dots, and the version that the engine reports does not begin
 * with it, the test fails.
 */
@Documented
@SuppressWarnings("exports") // Only JUnit creates the extension; no other code needs access to it.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(EngineMatrixProvider.class)
@ExtendWith(AnnotatedDaemons.class)
public @interface EngineMatrix {

    /**
     * The versions, in the order of their tests.
     *
     * @return one or more different versions, for example {@code 26.1}
     */
    String[] value();

    /**
     * Whether the test of a version fails or is skipped if its daemon can't be started.
     *
     * @return {@link WhenUnavailable#FAIL} by default
     */
    WhenUnavailable whenUnavailable() default WhenUnavailable.FAIL;
}
