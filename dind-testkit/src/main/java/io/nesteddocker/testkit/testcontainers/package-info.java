/** Runs Testcontainers in nested daemons, and nested daemons as containers of Testcontainers. Optional: it needs Testcontainers. */
@NullMarked
package io.nesteddocker.testkit.testcontainers;

import org.jspecify.annotations.NullMarked;
