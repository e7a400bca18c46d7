package io.nesteddocker.testing.shared;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps the other test JVMs of this user from a name that a test can't choose, for as long as this is open. */
public final class SoleUse implements AutoCloseable {

    private final FileChannel lock;

    private SoleUse(FileChannel lock) {
        this.lock = lock;
    }

    /** Waits until no other JVM uses the name. The kernel ends the use by a JVM that has died. */
    public static SoleUse of(String name) throws IOException {
        String file = "nested-docker-test-" + System.getProperty("user.name") + "-"
                + name.replaceAll("[^a-z0-9.-]", "-") + ".lock";
        FileChannel lock = FileChannel.open(
                Path.of(System.getProperty("java.io.tmpdir"), file),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        try {
            lock.lock();
            return new SoleUse(lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
