package io.nesteddocker.internal.launch;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;

/**
 * The standard input of a daemon container: the archive with which the container starts, then nothing until this stream is closed.
 *
 * <p>When the stream ends, the container ends. The archive is sent this way because writing it into the created container takes more than a
 * third of the time of the container's start, and because keys that are sent this way do not appear when the container is inspected.
 * Thread-safe.
 */
final class LeaseInput extends InputStream {

    private final ByteArrayInputStream archive;
    private final CountDownLatch closed = new CountDownLatch(1);

    LeaseInput(byte[] archive) {
        this.archive = new ByteArrayInputStream(archive);
    }

    @Override
    public int read() {
        int next = archive.read();
        return next >= 0 ? next : awaitEnd();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int count = archive.read(target, offset, length);
        return count > 0 ? count : awaitEnd();
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private int awaitEnd() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return -1;
    }
}
