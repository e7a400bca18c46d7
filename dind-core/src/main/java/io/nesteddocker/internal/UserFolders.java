package io.nesteddocker.internal;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folders of the user who runs this program. */
public final class UserFolders {

    private UserFolders() {}

    /**
     * Returns the home folder; empty if the user has none.
     *
     * <p>If no account has the user's number, as in many containers of CI systems, Java before JDK 18 reports the folder {@code ?}. Then
     * {@code HOME} is used.
     */
    public static Optional<Path> home() {
        return home(System.getProperty("user.home"), System.getenv("HOME"));
    }

    static Optional<Path> home(@Nullable String property, @Nullable String variable) {
        return Stream.of(property, variable)
                .filter(Objects::nonNull)
                .map(Path::of)
                .filter(Path::isAbsolute)
                .findFirst();
    }

    /** Returns the folder with the configuration of the docker command: {@code DOCKER_CONFIG}, or {@code .docker} in the home folder. */
    public static Path dockerConfig() {
        return dockerConfig(System.getenv("DOCKER_CONFIG"), homeOrRoot());
    }

    /** Returns the folder with the configuration of the docker command, for a value of {@code DOCKER_CONFIG} and a home folder. */
    public static Path dockerConfig(@Nullable String variable, Path home) {
        return variable == null || variable.isBlank() ? home.resolve(".docker") : Path.of(variable);
    }

    /** Returns the home folder, or the root folder if there is none; the files that callers look for are not there. */
    public static Path homeOrRoot() {
        return home().orElse(Path.of("/"));
    }
}
