package io.nesteddocker.internal.outer;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An engine's description of itself, which does not change while it runs.
 *
 * <p>Engines start several programs to answer these requests, so they take longer than all others. Therefore the answers are remembered
 * while the engine's socket stays the same: an engine that restarts creates a new socket. Thread-safe.
 *
 * @param info the answer to {@code GET /info}
 * @param apiVersion the newest API version that the engine supports
 */
record EngineDescription(Info info, String apiVersion) {

    private static final int MOST_ENGINES = 50;
    private static final Map<String, EngineDescription> REMEMBERED = new ConcurrentHashMap<>();

    /** Returns the remembered answers, or asks the engine. */
    static EngineDescription of(OuterConnection connection) {
        if (connection.instance().isEmpty()) {
            return ask(connection);
        }
        if (REMEMBERED.size() > MOST_ENGINES) {
            REMEMBERED.clear();
        }
        return REMEMBERED.computeIfAbsent(connection.instance().get(), instance -> ask(connection));
    }

    /** Returns a name for the current run of the engine at an address. Empty if its runs can't be distinguished. */
    static Optional<String> instanceAt(URI uri) {
        if (!"unix".equals(uri.getScheme())) {
            return Optional.empty();
        }
        Path socket = Path.of(uri.getPath());
        try {
            return Optional.of(socket.toRealPath() + " " + Files.getAttribute(socket, "unix:ino") + " "
                    + Files.getAttribute(socket, "unix:ctime"));
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static EngineDescription ask(OuterConnection connection) {
        DockerClient client = connection.client();
        return new EngineDescription(
                client.infoCmd().exec(), client.versionCmd().exec().getApiVersion());
    }
}
