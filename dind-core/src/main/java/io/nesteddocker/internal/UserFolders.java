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
     * The home folder; empty if the user has none.
     *
     * <p>If no account has the user's number, as in many containers of CI systems, Java calls the folder {@code ?} (before JDK 18), and
     * {@code HOME} counts.
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

    /** The folder with the configuration of the docker command: {@code DOCKER_CONFIG}, or {@code .docker} in the home folder. */
    public static Path dockerConfig() {
        return dockerConfig(System.getenv("DOCKER_CONFIG"), homeOrRoot());
    }

    /** The folder with the configuration of the docker command, for the value of {@code DOCKER_CONFIG} and a home folder. */
    public static Path dockerConfig(@Nullable String variable, Path home) {
        return variable == null || variable.isBlank() ? home.resolve(".docker") : Path.of(variable);
    }

    /** The home folder, or the root folder, where what is looked for in it is not. */
    public static Path homeOrRoot() {
        return home().orElse(Path.of("/"));
    }
}
