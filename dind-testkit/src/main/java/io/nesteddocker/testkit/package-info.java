/**
 * A Docker daemon for a test, as natural as a temporary folder: {@link io.nesteddocker.testkit.WithNestedDocker} and its kin.
 *
 * <p>One jar for JUnit 5.12 and later, JUnit 6 too.
 */
@NullMarked
package io.nesteddocker.testkit;

import org.jspecify.annotations.NullMarked;
