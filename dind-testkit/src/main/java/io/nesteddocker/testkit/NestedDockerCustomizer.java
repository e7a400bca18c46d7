package io.nesteddocker.testkit;

import io.nesteddocker.NestedDockerBuilder;

/**
 * Says about a daemon what {@link WithNestedDocker} has no attribute for.
 *
 * <p>An implementation is a class of its own, not an inner one, with a constructor without parameters. It is made once for each start.
 */
@FunctionalInterface
public interface NestedDockerCustomizer {

    /**
     * Adds to what the annotation says.
     *
     * @param builder what the annotation's attributes said so far; don't start it
     */
    void customize(NestedDockerBuilder builder);
}
