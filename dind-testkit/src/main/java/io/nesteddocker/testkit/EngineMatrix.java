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
 * Runs a test once for each version of the inner engine, each time with a daemon of its own.
 *
 * <pre>{@code
 * @EngineMatrix({"20.10", "26.1", "28.5"})
 * void cleansUp(DockerClient innerClient) {}
 * }</pre>
 *
 * <p>The image of a version is {@code docker:<version>-dind}, unless a file {@code nested-docker-engines.properties} at the root of the
 * class path says otherwise, in lines such as {@code 26.1=registry.example/dind:26.1}. The first file on the class path that has a
 * version decides.
 *
 * <p>Where {@link WithNestedDocker} without a name is on the method or its class too, the daemon is as it says, with the matrix's
 * image. A version that is made of digits and dots is compared with what the engine says of itself, and the test fails where they
 * differ.
 */
@Documented
@SuppressWarnings("exports") // JUnit makes the extension, nobody else needs to see it.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@TestTemplate
@ExtendWith(EngineMatrixProvider.class)
@ExtendWith(AnnotatedDaemons.class)
public @interface EngineMatrix {

    /**
     * The versions, in the order of their tests.
     *
     * @return one or more, such as {@code 26.1}
     */
    String[] value();

    /**
     * What becomes of the test of a version that can't be had.
     *
     * @return to fail is the default
     */
    WhenUnavailable whenUnavailable() default WhenUnavailable.FAIL;
}
