package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.UserFolders;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The user's folder for what may be lost: {@code XDG_CACHE_HOME} or {@code ~/.cache}, and {@code nested-docker} in it.
 *
 * @see <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG base directory specification</a>
 */
final class CacheFolder {

    private CacheFolder() {}

    /** A folder in it, which need not exist; empty where the user has no home. */
    static Optional<Path> find(String name) {
        String said = System.getenv("XDG_CACHE_HOME");
        if (said != null && Path.of(said).isAbsolute()) {
            return Optional.of(Path.of(said, "nested-docker", name));
        }
        return UserFolders.home()
                .map(home -> home.resolve(".cache").resolve("nested-docker").resolve(name));
    }
}
