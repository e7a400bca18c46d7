/** The inner engine: its client, its state and the return to an earlier state. */
@NullMarked
package io.nesteddocker.internal.inner;

import org.jspecify.annotations.NullMarked;
