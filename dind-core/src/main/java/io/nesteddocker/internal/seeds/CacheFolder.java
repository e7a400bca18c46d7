package io.nesteddocker.internal.seeds;

import io.nesteddocker.internal.UserFolders;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The user's folder for data that may be lost: {@code nested-docker} in {@code XDG_CACHE_HOME} or in {@code ~/.cache}.
 *
 * @see <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG base directory specification</a>
 */
final class CacheFolder {

    private CacheFolder() {}

    /** Returns a folder in it, which may not exist; empty if the user has no home folder. */
    static Optional<Path> find(String name) {
        String said = System.getenv("XDG_CACHE_HOME");
        if (said != null && Path.of(said).isAbsolute()) {
            return Optional.of(Path.of(said, "nested-docker", name));
        }
        return UserFolders.home()
                .map(home -> home.resolve(".cache").resolve("nested-docker").resolve(name));
    }
}
