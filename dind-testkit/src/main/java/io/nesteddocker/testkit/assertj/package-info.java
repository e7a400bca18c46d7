/** Assertions about what is in a daemon, for those who have AssertJ on their class path. */
@NullMarked
package io.nesteddocker.testkit.assertj;

import org.jspecify.annotations.NullMarked;
