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
 * What an engine says of itself and does not change while it runs.
 *
 * <p>Engines start several programs to answer this, which takes longer than anything else we ask, so the answers are remembered for as
 * long as the engine's socket is the same one: an engine that starts anew makes a new socket. Thread-safe.
 *
 * @param info the answer to {@code GET /info}
 * @param apiVersion the newest API version that the engine speaks
 */
record EngineAnswers(Info info, String apiVersion) {

    private static final int MOST_ENGINES = 50;
    private static final Map<String, EngineAnswers> REMEMBERED = new ConcurrentHashMap<>();

    /** Asks the engine, or remembers. */
    static EngineAnswers of(OuterConnection connection) {
        if (connection.instance().isEmpty()) {
            return ask(connection);
        }
        if (REMEMBERED.size() > MOST_ENGINES) {
            REMEMBERED.clear();
        }
        return REMEMBERED.computeIfAbsent(connection.instance().get(), instance -> ask(connection));
    }

    /** A name for this run of the engine at an address; empty where nothing tells one run from the next. */
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

    private static EngineAnswers ask(OuterConnection connection) {
        DockerClient client = connection.client();
        return new EngineAnswers(
                client.infoCmd().exec(), client.versionCmd().exec().getApiVersion());
    }
}
