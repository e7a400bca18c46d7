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
 * Skips a class or a test where no daemon can be started, with the reason in the report.
 *
 * <p>The first test that asks starts a daemon and ends it, about a second; the answer holds for the JVM.
 */
@Documented
@SuppressWarnings("exports") // JUnit makes the extension, nobody else needs to see it.
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NestableCondition.class)
public @interface EnabledIfNestable {

    /**
     * Whether the outer engine has to grant {@code --privileged}.
     *
     * @return false is the default: any privilege will do
     */
    boolean privileged() default false;
}
