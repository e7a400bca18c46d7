/**
 * JUnit annotations and extensions that give a test a Docker daemon; begin with {@link io.nesteddocker.testkit.WithNestedDocker}.
 *
 * <p>One jar supports JUnit 5.12 and later, and JUnit 6.
 */
@NullMarked
package io.nesteddocker.testkit;

import org.jspecify.annotations.NullMarked;
