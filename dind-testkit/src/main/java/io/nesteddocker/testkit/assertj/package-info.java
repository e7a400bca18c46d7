/** Assertions about the content of a daemon; they need AssertJ on the class path. */
@NullMarked
package io.nesteddocker.testkit.assertj;

import org.jspecify.annotations.NullMarked;
