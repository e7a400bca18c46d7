package io.nesteddocker.internal.launch;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.seeds.FillingDaemon;

/** Makes daemons that fill seeds, for a launch that can't fill its seed from the outer engine's files. */
@FunctionalInterface
public interface SeedFillers {

    /** A daemon of the same kind as that of {@code spec}. */
    FillingDaemon of(NestedDockerSpec spec, Deadline deadline, Cancellation cancellation);
}
