/** Implements the annotations of the testkit. Not for use by other code. */
@NullMarked
package io.nesteddocker.testkit.internal;

import org.jspecify.annotations.NullMarked;
