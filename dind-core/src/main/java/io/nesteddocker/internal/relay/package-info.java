/** Carries many byte streams into a daemon container, through one process there. */
@NullMarked
package io.nesteddocker.internal.relay;

import org.jspecify.annotations.NullMarked;
