/** Decisions without side effects: the container request, the flags of {@code dockerd}, addresses, and clashes of options. */
@NullMarked
package io.nesteddocker.internal.plan;

import org.jspecify.annotations.NullMarked;
