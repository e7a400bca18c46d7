/** Tar archives: in memory, from files, and into files. */
@NullMarked
package io.nesteddocker.internal.tar;

import org.jspecify.annotations.NullMarked;
