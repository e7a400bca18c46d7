/** Small tools that the whole library leans on and that lean on nothing: deadlines, sizes. */
@NullMarked
package io.nesteddocker.internal;

import org.jspecify.annotations.NullMarked;
