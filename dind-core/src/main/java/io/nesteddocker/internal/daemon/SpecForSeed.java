package io.nesteddocker.internal.daemon;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.StorageDriver;
import java.time.Duration;

/** Says what daemon fills a seed; the builder, which knows how to say such things, is not for us to use. */
@FunctionalInterface
public interface SpecForSeed {

    /** A daemon of the same kind as {@code spec}'s that has the volume as its data root. */
    NestedDockerSpec of(NestedDockerSpec spec, String volume, StorageDriver storageDriver, Duration startupTimeout);
}
