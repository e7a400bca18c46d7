package io.nesteddocker;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A configuration folder for the {@code docker} command whose only context is the inner engine. It is for tools that don't take
 * certificates from environment variables, such as {@code docker buildx create}.
 *
 * <p>It holds no registry credentials. Immutable and thread-safe.
 *
 * @param directory the value for {@code DOCKER_CONFIG}; the folder has mode 0700 and is removed when the daemon is closed or the program
 *     ends
 * @param context the name of the context in the folder, the value for {@code DOCKER_CONTEXT}
 * @see <a href="https://docs.docker.com/engine/manage-resources/contexts/">Docker: contexts</a>
 */
public record ClientConfig(Path directory, String context) {

    /**
     * Returns the environment variables that make a child process use this folder.
     *
     * <p>Put all of them into {@link ProcessBuilder#environment()}: variables with an empty value override what the parent process may
     * have set.
     *
     * @return {@code DOCKER_CONFIG}, {@code DOCKER_CONTEXT}, {@code DOCKER_HOST}, {@code DOCKER_TLS_VERIFY} and {@code DOCKER_CERT_PATH}
     */
    public Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("DOCKER_CONFIG", directory.toString());
        variables.put("DOCKER_CONTEXT", context);
        variables.put("DOCKER_HOST", "");
        variables.put("DOCKER_TLS_VERIFY", "");
        variables.put("DOCKER_CERT_PATH", "");
        return Map.copyOf(variables);
    }
}
