package io.nesteddocker.internal.relay;

import io.nesteddocker.NestedDockerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The small static program that carries streams in a daemon container, for amd64 and arm64.
 *
 * <p>Its sources are in {@code src/main/c}; {@code ./dev relay} builds it. Thread-safe.
 */
public final class RelayProgram {

    /** The program's name in the folder that the library puts into a daemon container. */
    public static final String NAME = "relay";

    private static final List<String> PROCESSORS = List.of("amd64", "arm64");

    private RelayProgram() {}

    /**
     * Returns the program for a processor, if there is one.
     *
     * @param architecture the processor, by its name in images
     */
    public static Optional<byte[]> forProcessor(String architecture) {
        return PROCESSORS.contains(architecture) ? Optional.of(read("relay/linux-" + architecture)) : Optional.empty();
    }

    /** Returns the reason why there is no program for a processor; empty if there is one. */
    public static Optional<String> obstacle(String architecture) {
        return PROCESSORS.contains(architecture)
                ? Optional.empty()
                : Optional.of("the outer engine runs on the processor \"" + architecture
                        + "\" and the program that carries a tunnel exists for " + String.join(" and ", PROCESSORS)
                        + " only");
    }

    private static byte[] read(String resource) {
        try (InputStream file = NestedDockerException.class.getResourceAsStream(resource)) {
            return Objects.requireNonNull(file, () -> resource + " is missing from the library's jar")
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
