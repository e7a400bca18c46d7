/** Ways to a running daemon: the tunnel to its API, the endpoint for other programs, and addresses of inner ports. */
@NullMarked
package io.nesteddocker.internal.reach;

import org.jspecify.annotations.NullMarked;
