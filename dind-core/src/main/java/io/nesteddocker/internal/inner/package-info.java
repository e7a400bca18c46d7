/** What a running inner engine is asked to do: its client, facts about it, and commands in its container. */
@NullMarked
package io.nesteddocker.internal.inner;

import org.jspecify.annotations.NullMarked;
