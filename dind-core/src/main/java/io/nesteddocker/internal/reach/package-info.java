/** Ways to a running daemon for this program and for others: tunnel, endpoint, and addresses of inner ports. */
@NullMarked
package io.nesteddocker.internal.reach;

import org.jspecify.annotations.NullMarked;
