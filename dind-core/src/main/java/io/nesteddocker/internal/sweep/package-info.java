/**
 * The undo stack, helper containers, the labels, the shutdown hook, private folders, and the removal of objects that dead programs left.
 */
@NullMarked
package io.nesteddocker.internal.sweep;

import org.jspecify.annotations.NullMarked;
