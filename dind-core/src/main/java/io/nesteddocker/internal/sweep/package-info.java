/**
 * Leaves nothing behind: the undo stack, helper containers, the labels, the shutdown hook, private folders, and the removal of what dead
 * programs left.
 */
@NullMarked
package io.nesteddocker.internal.sweep;

import org.jspecify.annotations.NullMarked;
