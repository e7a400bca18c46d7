package io.nesteddocker.internal;

import io.nesteddocker.NestedDockerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The small scripts that the library runs in containers. Their text is sent each time, so that nothing must be installed. Thread-safe. */
public final class Scripts {

    private Scripts() {}

    /** Returns the text of a script in the package of the public classes. */
    public static String text(String resource) {
        try (InputStream file = NestedDockerException.class.getResourceAsStream(resource)) {
            return new String(
                    Objects.requireNonNull(file, () -> resource + " is missing from the library's jar")
                            .readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
