/** A running daemon as one object, and the operations on it: restart, reset, shutdown, and loading of images. */
@NullMarked
package io.nesteddocker.internal.daemon;

import org.jspecify.annotations.NullMarked;
