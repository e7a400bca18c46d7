/** Runs commands in containers, and gives this program their streams. */
@NullMarked
package io.nesteddocker.internal.exec;

import org.jspecify.annotations.NullMarked;
