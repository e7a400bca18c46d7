/** Decisions without side effects: the container request, the flags of {@code dockerd} and addresses. */
@NullMarked
package io.nesteddocker.internal.plan;

import org.jspecify.annotations.NullMarked;
