/** Leaves nothing behind: the undo stack, the labels on what we create, and the removal of what dead programs left. */
@NullMarked
package io.nesteddocker.internal.sweep;

import org.jspecify.annotations.NullMarked;
