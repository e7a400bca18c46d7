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
 * Joins two streams: copies the bytes from each stream to the other, and passes on the end of each direction.
 *
 * <p>Bytes are read only when they can be written, so a slow reader slows its writer down. Thread-safe.
 */
final class Splice {

    private static final Logger LOG = LoggerFactory.getLogger(Splice.class);

    /** The size of the largest frame of an engine. */
    private static final int BUFFER = 32 * 1024;

    private final DaemonConnection near;
    private final DaemonConnection far;
    private int ended;
    private boolean refused;

    private Splice(DaemonConnection near, DaemonConnection far) {
        this.near = near;
        this.far = far;
    }

    /**
     * Copies bytes until both directions have ended, a stream breaks, or one direction has ended and the other's receiver reads no more.
     * Then closes both streams.
     */
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

    /**
     * Writes bytes, and returns whether that succeeded. If a side no longer reads, it may still send, so the other direction continues, and
     * bytes for this side are dropped.
     */
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
