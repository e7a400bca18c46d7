/** The ways to reach the inner API: TLS, Unix socket, and a tunnel through exec. */
@NullMarked
package io.nesteddocker.internal.link;

import org.jspecify.annotations.NullMarked;
