/** A running daemon as one object: what it is made of, and what can be done with it. */
@NullMarked
package io.nesteddocker.internal.daemon;

import org.jspecify.annotations.NullMarked;
