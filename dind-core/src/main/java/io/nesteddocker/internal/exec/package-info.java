/** Runs commands in containers, and connects this program to their streams. */
@NullMarked
package io.nesteddocker.internal.exec;

import org.jspecify.annotations.NullMarked;
