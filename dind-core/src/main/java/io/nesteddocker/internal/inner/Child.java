package io.nesteddocker.internal.inner;

import io.nesteddocker.Topology;
import java.util.function.Supplier;

/**
 * A daemon whose outer engine is an inner one of this program.
 *
 * @param containerId its daemon container
 * @param close ends it
 * @param topology looks at it
 */
public record Child(String containerId, Runnable close, Supplier<Topology> topology) {}
