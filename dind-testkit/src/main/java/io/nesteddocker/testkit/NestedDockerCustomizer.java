package io.nesteddocker.testkit;

import io.nesteddocker.NestedDockerBuilder;

/**
 * Sets those options of a daemon for which {@link WithNestedDocker} has no attribute.
 *
 * <p>An implementation is a top-level or static nested class with a constructor without parameters. For each daemon that an annotation
 * declares, the testkit creates one instance and calls it once before the daemon starts. With {@link Isolation#FRESH} and
 * {@link Isolation#RESET} one call configures all daemons of the pool.
 */
@FunctionalInterface
public interface NestedDockerCustomizer {

    /**
     * Sets options of the builder.
     *
     * @param builder a builder that has the options of the annotation's attributes; the testkit starts the daemon
     */
    void customize(NestedDockerBuilder builder);
}
