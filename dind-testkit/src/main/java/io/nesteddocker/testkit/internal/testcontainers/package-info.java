/** Sends the calls of Testcontainers to nested daemons. Not for use by other code. */
@NullMarked
package io.nesteddocker.testkit.internal.testcontainers;

import org.jspecify.annotations.NullMarked;
