/** Leads Testcontainers' calls to nested daemons. Not for use by others. */
@NullMarked
package io.nesteddocker.testkit.internal.testcontainers;

import org.jspecify.annotations.NullMarked;
