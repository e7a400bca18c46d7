/** Pure decisions: turns the spec and facts about the outer engine into a container request, dockerd flags, addresses and an MTU. */
@NullMarked
package io.nesteddocker.internal.plan;

import org.jspecify.annotations.NullMarked;
