/** The phases of a start, the attachment to a kept daemon, the lease, the hold of a reused daemon, and the orderly end of a daemon. */
@NullMarked
package io.nesteddocker.internal.launch;

import org.jspecify.annotations.NullMarked;
