package io.nesteddocker.internal.terminal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries keys from this program's terminal in raw mode to a command, on a thread of its own. */
final class Keys implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);

    /** A read returns at once if the terminal is gone, and after a tenth of a second if no key was typed. */
    private static final int MOST_EMPTY_READS = 50;

    private static final long QUICK_NANOS = 20_000_000;
    private static final long LAST_KEY_MILLIS = 2_000;

    private final InputStream terminal = new FileInputStream(FileDescriptor.in);
    private final OutputStream stdin;
    private final Thread thread = new Thread(this::carry, "nested-docker-keys");
    private volatile boolean over;

    private Keys(OutputStream stdin) {
        this.stdin = stdin;
        thread.setDaemon(true);
    }

    /** Begins to carry keys. */
    static Keys copyTo(OutputStream stdin) {
        Keys keys = new Keys(stdin);
        keys.thread.start();
        return keys;
    }

    private void carry() {
        byte[] buffer = new byte[4 * 1024];
        int emptyReads = 0;
        try {
            while (!over && emptyReads < MOST_EMPTY_READS) {
                long begin = System.nanoTime();
                int count = terminal.read(buffer);
                if (count > 0) {
                    stdin.write(buffer, 0, count);
                    emptyReads = 0;
                } else {
                    emptyReads = System.nanoTime() - begin < QUICK_NANOS ? emptyReads + 1 : 0;
                }
            }
            if (!over) {
                stdin.close();
            }
        } catch (IOException e) {
            LOG.debug("No more keys are carried: {}", e.getMessage());
        }
    }

    /** Waits for the thread, because once the terminal is restored, its read would take keys that are meant for the program. */
    @Override
    public void close() {
        over = true;
        thread.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(LAST_KEY_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
