/** The engine that hosts us: finds it, agrees on an API version with it, and learns what it can grant. */
@NullMarked
package io.nesteddocker.internal.outer;

import org.jspecify.annotations.NullMarked;
