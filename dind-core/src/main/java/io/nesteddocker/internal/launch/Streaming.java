package io.nesteddocker.internal.launch;

import io.nesteddocker.NestedDockerSpec;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.GuardedListener;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.images.TargetStore;
import io.nesteddocker.internal.images.Transfer;
import io.nesteddocker.internal.outer.OuterEngine;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies images into a daemon that runs, byte by byte. Thread-safe.
 *
 * @param outer the engine that has them
 * @param target the daemon's images
 * @param spec what the daemon was started with
 * @param cancellation ends it early
 */
record Streaming(OuterEngine outer, TargetStore target, NestedDockerSpec spec, Cancellation cancellation) {

    private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);

    void copy(List<SourceImage> images) throws InterruptedException {
        List<String> ids = Transfer.send(
                outer,
                spec.image().reference(),
                List.of(target),
                images,
                GuardedListener.of(spec.progress()),
                cancellation);
        LOG.debug("Streamed {}", ids);
    }
}
