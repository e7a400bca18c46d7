/** The phases that bring a daemon container up, and the lease that takes it down again. */
@NullMarked
package io.nesteddocker.internal.launch;

import org.jspecify.annotations.NullMarked;
