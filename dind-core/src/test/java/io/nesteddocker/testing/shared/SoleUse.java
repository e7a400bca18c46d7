package io.nesteddocker.testing.shared;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reserves a fixed name: until this object is closed, the user's other test JVMs wait before they use the name. */
public final class SoleUse implements AutoCloseable {

    private final FileChannel lock;

    private SoleUse(FileChannel lock) {
        this.lock = lock;
    }

    /** Waits until no other JVM uses the name. When a JVM dies, the kernel releases its names. */
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
