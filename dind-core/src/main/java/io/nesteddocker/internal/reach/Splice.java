package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.Quietly;
import io.nesteddocker.internal.Threads;
import io.nesteddocker.internal.http.DaemonConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins two streams: what comes from one goes to the other, and an end in one direction is handed on as that.
 *
 * <p>Nothing is read before it can be written, so a slow reader slows its writer down. Thread-safe.
 */
final class Splice {

    private static final Logger LOG = LoggerFactory.getLogger(Splice.class);

    /** As much as one frame of an engine holds. */
    private static final int BUFFER = 32 * 1024;

    private final DaemonConnection near;
    private final DaemonConnection far;
    private int ended;
    private boolean refused;

    private Splice(DaemonConnection near, DaemonConnection far) {
        this.near = near;
        this.far = far;
    }

    /** Carries bytes until both directions have ended, one breaks, or one has ended and nobody takes the other's, then closes both streams; blocks until then. */
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
            byte[] buffer = new byte[BUFFER];
            int count;
            boolean taken = true;
            while ((count = input.read(buffer)) >= 0) {
                taken = taken && hasTaken(to.output(), buffer, count);
            }
            if (taken) {
                to.closeOutput();
            }
            end();
        } catch (IOException e) {
            LOG.debug("A joined stream broke: {}", e.getMessage());
            close();
        }
    }

    /** A side that reads no more may still send, so the other direction goes on, while what arrives in this one is dropped. */
    private boolean hasTaken(OutputStream output, byte[] buffer, int count) {
        try {
            output.write(buffer, 0, count);
            output.flush();
            return true;
        } catch (IOException e) {
            LOG.debug("The end of a joined stream takes no more: {}", e.getMessage());
            refuse();
            return false;
        }
    }

    private synchronized void refuse() {
        refused = true;
        if (ended > 0) {
            close();
        }
    }

    private synchronized void end() {
        ended++;
        if (refused) {
            close();
        }
    }

    private void close() {
        Quietly.close(near);
        Quietly.close(far);
    }
}
