/** The phases of a start, the attachment to a kept daemon, the lease that ends the daemon container, and the daemon's log. */
@NullMarked
package io.nesteddocker.internal.launch;

import org.jspecify.annotations.NullMarked;
