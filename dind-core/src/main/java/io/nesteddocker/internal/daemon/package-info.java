/** A running daemon as one object, and what can be done with it: restart, reset, shutdown, loading of images. */
@NullMarked
package io.nesteddocker.internal.daemon;

import org.jspecify.annotations.NullMarked;
