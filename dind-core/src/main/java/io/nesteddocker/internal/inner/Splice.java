package io.nesteddocker.internal.inner;

import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.link.DaemonConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins two streams: what comes from one goes to the other, and an end in one direction is handed on as that.
 *
 * <p>Nothing is read that can't be written, so a slow reader slows its writer down. Thread-safe.
 */
final class Splice {

    private static final Logger LOG = LoggerFactory.getLogger(Splice.class);

    /** As much as one frame of an engine holds. */
    private static final int BUFFER = 32 * 1024;

    private final DaemonConnection near;
    private final DaemonConnection far;

    private Splice(DaemonConnection near, DaemonConnection far) {
        this.near = near;
        this.far = far;
    }

    /** Carries bytes until both directions have ended or one breaks, then closes both streams; blocks until then. */
    static void run(String name, DaemonConnection near, DaemonConnection far) {
        Splice splice = new Splice(near, far);
        Thread outward = Threads.start(name + " out", () -> splice.copy(near, far));
        splice.copy(far, near);
        try {
            outward.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            splice.close();
        }
    }

    private void copy(DaemonConnection from, DaemonConnection to) {
        try {
            InputStream input = from.input();
            OutputStream output = to.output();
            byte[] buffer = new byte[BUFFER];
            int count;
            while ((count = input.read(buffer)) >= 0) {
                output.write(buffer, 0, count);
                output.flush();
            }
            to.closeOutput();
        } catch (IOException e) {
            LOG.debug("A joined stream broke: {}", e.getMessage());
            close();
        }
    }

    private void close() {
        closeQuietly(near);
        closeQuietly(far);
    }

    static void closeQuietly(DaemonConnection connection) {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("Closing a joined stream failed: {}", e.getMessage());
        }
    }
}
