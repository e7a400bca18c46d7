package io.nesteddocker.internal.reach;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.Endpoint;
import io.nesteddocker.internal.Sha256;
import io.nesteddocker.internal.UserFolders;
import io.nesteddocker.internal.sweep.SessionFolder;
import io.nesteddocker.internal.sweep.UndoStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a configuration folder as {@code docker context create} and {@code docker context use} would. */
public final class ContextFolder {

    /** The name of the context in the folder. */
    public static final String NAME = "nested-docker";

    private static final Logger LOG = LoggerFactory.getLogger(ContextFolder.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private ContextFolder() {}

    /** Writes a new folder for an endpoint, which only this user can read and {@code undo} removes. */
    public static Path write(Endpoint endpoint, UndoStack undo) throws IOException {
        Path folder = SessionFolder.create();
        undo.push("remove the clients' configuration", () -> SessionFolder.delete(folder));
        write(endpoint, UserFolders.dockerConfig(), folder);
        return folder;
    }

    /** Writes a configuration into an empty folder, which is then used in place of the user's own folder. */
    static void write(Endpoint endpoint, Path usersFolder, Path folder) throws IOException {
        String id = Sha256.hex(NAME);
        Path meta = SessionFolder.subfolder(folder, "contexts", "meta", id);
        SessionFolder.write(meta.resolve("meta.json"), JSON.writeValueAsBytes(meta(endpoint)));
        Path certificates = endpoint.certificatesDirectory();
        if (certificates != null) {
            Path tls = SessionFolder.subfolder(folder, "contexts", "tls", id, "docker");
            for (String file : List.of("ca.pem", "cert.pem", "key.pem")) {
                SessionFolder.write(tls.resolve(file), Files.readAllBytes(certificates.resolve(file)));
            }
        }
        SessionFolder.write(folder.resolve("config.json"), JSON.writeValueAsBytes(config(usersFolder)));
    }

    private static Map<String, Object> meta(Endpoint endpoint) {
        Map<String, Object> docker = new LinkedHashMap<>();
        docker.put("Host", endpoint.environment().get("DOCKER_HOST"));
        docker.put("SkipTLSVerify", false);
        return Map.of("Name", NAME, "Metadata", Map.of(), "Endpoints", Map.of("docker", docker));
    }

    private static Map<String, Object> config(Path usersFolder) {
        List<String> plugins = pluginFolders(usersFolder);
        return plugins.isEmpty()
                ? Map.of("currentContext", NAME)
                : Map.of("currentContext", NAME, "cliPluginsExtraDirs", plugins);
    }

    /**
     * Returns the folders of the user's plugins, for example compose, because Docker would otherwise look for them only in the new folder.
     */
    private static List<String> pluginFolders(Path usersFolder) {
        List<String> folders = new ArrayList<>();
        Path own = usersFolder.resolve("cli-plugins");
        if (Files.isDirectory(own)) {
            folders.add(own.toAbsolutePath().toString());
        }
        Path config = usersFolder.resolve("config.json");
        if (Files.isReadable(config)) {
            try {
                JSON.readTree(config.toFile()).path("cliPluginsExtraDirs").forEach(more -> folders.add(more.asText()));
            } catch (IOException e) {
                LOG.debug("Could not read from {} where plugins of the docker command are", config, e);
            }
        }
        return folders;
    }
}
