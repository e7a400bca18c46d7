package io.nesteddocker.internal.seeds;

import java.nio.file.Path;
import java.util.UUID;

/**
 * Moves the home folder of this program, and thereby its cache folder, until it is closed.
 *
 * <p>If the environment names a cache folder, that one stays in use. So tests use names that occur nowhere else, and remove their files.
 */
final class TemporaryCache implements AutoCloseable {

    private static final String HOME = "user.home";

    private final String former = System.getProperty(HOME);
    private final String unique = UUID.randomUUID().toString();

    private TemporaryCache() {}

    static TemporaryCache in(Path home) {
        TemporaryCache cache = new TemporaryCache();
        System.setProperty(HOME, home.toString());
        return cache;
    }

    /** Returns a text that no other test has. */
    String unique() {
        return unique;
    }

    @Override
    public void close() {
        System.setProperty(HOME, former);
    }
}
