package io.nesteddocker;

import io.nesteddocker.internal.options.Options;

/** The options behind a spec, which the public API does not show. */
public final class Specs {

    private Specs() {}

    /** The options that a builder has collected. */
    public static Options options(NestedDockerBuilder builder) {
        return builder.spec().options();
    }
}
