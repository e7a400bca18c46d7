package io.nesteddocker.internal.outer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.http.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A docker context, for example the one that the user chose with {@code docker context use} or {@code DOCKER_CONTEXT}.
 *
 * @param name the context's name
 * @param dockerHost the address of its engine
 * @param tlsFolder the folder with its certificates, if there are any
 * @see <a href="https://docs.docker.com/engine/manage-resources/contexts/">Docker: contexts</a>
 */
record DockerContext(String name, String dockerHost, Optional<Path> tlsFolder) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the chosen context. Empty for the default context, which means the usual socket. */
    static Optional<DockerContext> current(Map<String, String> environment, Path configFolder) {
        String name = environment.getOrDefault("DOCKER_CONTEXT", "");
        if (name.isBlank()) {
            Path config = configFolder.resolve("config.json");
            name = Files.isReadable(config)
                    ? read(config, "config.json").path("currentContext").asText("")
                    : "";
        }
        return name.isBlank() ? Optional.empty() : named(name, configFolder);
    }

    /** Reads a context. Empty for the default context, which means the usual socket. */
    static Optional<DockerContext> named(String name, Path configFolder) {
        if (name.equals("default")) {
            return Optional.empty();
        }
        String id = Sha256.hex(name);
        Path file = configFolder.resolve("contexts/meta").resolve(id).resolve("meta.json");
        String dockerHost =
                read(file, name).path("Endpoints").path("docker").path("Host").asText("");
        if (dockerHost.isBlank()) {
            throw new OuterEngineException(
                    "Tried to use the docker context " + name + " but its file " + file
                            + " names no engine; choose another with `docker context use`, or set DOCKER_HOST.",
                    null);
        }
        Path tls = configFolder.resolve("contexts/tls").resolve(id).resolve("docker");
        return Optional.of(new DockerContext(
                name, dockerHost, Files.isReadable(tls.resolve("cert.pem")) ? Optional.of(tls) : Optional.empty()));
    }

    private static JsonNode read(Path file, String what) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new OuterEngineException(
                    "Tried to read the docker context (" + what + ") from " + file + " but that failed: " + Reason.of(e)
                            + ". Correct the file, choose another context with `docker context use`, or set DOCKER_HOST.",
                    e);
        }
    }
}
