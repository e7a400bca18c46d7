package io.nesteddocker.testkit;

import io.nesteddocker.testkit.internal.NestableCondition;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Skips a class or a test if no daemon can be started; the report has the reason.
 *
 * <p>The first class or test with this annotation starts a daemon and stops it again, which takes about a second. The result
 * holds until the JVM ends, separately for each value of {@code privileged}.
 */
@Documented
@SuppressWarnings("exports") // Only JUnit creates the extension; no other code needs access to it.
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NestableCondition.class)
public @interface EnabledIfNestable {

    /**
     * Whether the outer engine must grant {@code --privileged}.
     *
     * @return {@code false} by default: a daemon with the least privilege is enough
     */
    boolean privileged() default false;
}
