/** Testcontainers and nested daemons, both ways. An optional part, for those who have Testcontainers. */
@NullMarked
package io.nesteddocker.testkit.testcontainers;

import org.jspecify.annotations.NullMarked;
