/** Pools of daemons that are started before they are needed: {@link io.nesteddocker.pool.NestedDockerPool}. */
@NullMarked
package io.nesteddocker.pool;

import org.jspecify.annotations.NullMarked;
