package io.nesteddocker.internal;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes streams that are given up, or that the other side may have closed long ago. Thread-safe. */
public final class Quietly {

    private static final Logger LOG = LoggerFactory.getLogger(Quietly.class);

    private Quietly() {}

    /** Closes the stream unless it is null. A failure is only logged, at DEBUG. */
    public static void close(@Nullable Closeable stream) {
        if (stream == null) {
            return;
        }
        try {
            stream.close();
        } catch (IOException e) {
            LOG.debug("Closing a stream failed", e);
        }
    }
}
