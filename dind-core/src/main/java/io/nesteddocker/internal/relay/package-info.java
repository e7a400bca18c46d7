/** Byte streams into a daemon container, through commands there. */
@NullMarked
package io.nesteddocker.internal.relay;

import org.jspecify.annotations.NullMarked;
