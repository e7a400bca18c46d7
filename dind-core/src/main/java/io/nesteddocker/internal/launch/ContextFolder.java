package io.nesteddocker.internal.launch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.Endpoint;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a configuration folder as {@code docker context create} and {@code docker context use} would. */
public final class ContextFolder {

    /** The name of the context in the folder. */
    public static final String NAME = "nested-docker";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ContextFolder() {}

    /** Writes a fresh folder for an endpoint, readable by this user alone, which {@code undo} removes. */
    public static Path write(Endpoint endpoint, UndoStack undo) throws IOException {
        Path folder = SessionFolder.create();
        undo.push("remove the clients' configuration", () -> SessionFolder.delete(folder));
        String id = HexFormat.of().formatHex(sha256(NAME));
        Path meta = Files.createDirectories(folder.resolve("contexts/meta").resolve(id));
        SessionFolder.write(meta.resolve("meta.json"), JSON.writeValueAsBytes(meta(endpoint)));
        Path certificates = endpoint.certificatesDirectory();
        if (certificates != null) {
            Path tls = Files.createDirectories(
                    folder.resolve("contexts/tls").resolve(id).resolve("docker"));
            for (String file : List.of("ca.pem", "cert.pem", "key.pem")) {
                SessionFolder.write(tls.resolve(file), Files.readAllBytes(certificates.resolve(file)));
            }
        }
        SessionFolder.write(folder.resolve("config.json"), JSON.writeValueAsBytes(config()));
        return folder;
    }

    private static Map<String, Object> meta(Endpoint endpoint) {
        Map<String, Object> docker = new LinkedHashMap<>();
        docker.put("Host", endpoint.environment().get("DOCKER_HOST"));
        docker.put("SkipTLSVerify", false);
        return Map.of("Name", NAME, "Metadata", Map.of(), "Endpoints", Map.of("docker", docker));
    }

    /** Plugins that the user has installed for himself, such as compose, are looked for in the folder that this one stands in for. */
    private static Map<String, Object> config() {
        Path plugins = Path.of(System.getProperty("user.home", "/"), ".docker", "cli-plugins");
        return Files.isDirectory(plugins)
                ? Map.of("currentContext", NAME, "cliPluginsExtraDirs", List.of(plugins.toString()))
                : Map.of("currentContext", NAME);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", e);
        }
    }
}
