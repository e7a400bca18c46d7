/** Connects the terminal that this program was started on with a command in a container. */
@NullMarked
package io.nesteddocker.internal.terminal;

import org.jspecify.annotations.NullMarked;
