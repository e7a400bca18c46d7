/** The ways to a running daemon: the tunnel to its API, endpoints for other programs, addresses of inner ports, and published ports. */
@NullMarked
package io.nesteddocker.internal.reach;

import org.jspecify.annotations.NullMarked;
