/** The log of a daemon: its lines, the reason of its end, advice on what it says, and its way to a consumer of the user's. */
@NullMarked
package io.nesteddocker.internal.log;

import org.jspecify.annotations.NullMarked;
