package io.nesteddocker;

import io.nesteddocker.internal.options.Options;

/** Gives tests access to the options of a spec, which the public API does not show. */
public final class Specs {

    private Specs() {}

    /** Returns the options that a builder has collected. */
    public static Options options(NestedDockerBuilder builder) {
        return builder.spec().options();
    }
}
