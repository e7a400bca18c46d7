/** The log of a daemon: its lines, the reason of its end, advice based on it, and its delivery to a user's consumer. */
@NullMarked
package io.nesteddocker.internal.log;

import org.jspecify.annotations.NullMarked;
