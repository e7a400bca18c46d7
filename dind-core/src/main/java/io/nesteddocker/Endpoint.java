package io.nesteddocker;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address at which the inner API answers, for programs other than this one.
 *
 * <p>Immutable and thread-safe.
 *
 * @param dockerHost the value for {@code DOCKER_HOST}: {@code unix:///...} or {@code tcp://...}
 * @param certificatesDirectory the folder with {@code ca.pem}, {@code cert.pem} and {@code key.pem}, or null if the address needs none
 *     (Unix socket, plain TCP); the folder is removed when the daemon is closed or the program ends
 */
public record Endpoint(URI dockerHost, @Nullable Path certificatesDirectory) {

    /**
     * Returns the environment variables that make a child process talk to the inner engine.
     *
     * <p>Put all of them into {@link ProcessBuilder#environment()}: variables with an empty value override what the parent process may
     * have set.
     *
     * @return {@code DOCKER_HOST}, {@code DOCKER_TLS_VERIFY}, {@code DOCKER_CERT_PATH} and {@code DOCKER_CONTEXT}
     * @see <a href="https://docs.docker.com/reference/cli/docker/#environment-variables">Docker: environment variables</a>
     */
    public Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("DOCKER_HOST", asClientsReadIt(dockerHost));
        variables.put("DOCKER_TLS_VERIFY", certificatesDirectory == null ? "" : "1");
        variables.put("DOCKER_CERT_PATH", certificatesDirectory == null ? "" : certificatesDirectory.toString());
        variables.put("DOCKER_CONTEXT", "");
        return Map.copyOf(variables);
    }

    /** Docker's clients do not decode the path after {@code unix://}. */
    private static String asClientsReadIt(URI dockerHost) {
        return "unix".equals(dockerHost.getScheme()) ? "unix://" + dockerHost.getPath() : dockerHost.toString();
    }

    /**
     * A configuration folder for the {@code docker} command, with one context, which leads to the inner engine. The folder is for tools
     * that don't take certificates from environment variables, such as {@code docker buildx create}.
     *
     * <p>The folder holds no registry credentials. Immutable and thread-safe.
     *
     * @param directory the value for {@code DOCKER_CONFIG}; the folder has mode 0700 and is removed when the daemon is closed or the
     *     program ends
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
         * @return {@code DOCKER_CONFIG}, {@code DOCKER_CONTEXT}, {@code DOCKER_HOST}, {@code DOCKER_TLS_VERIFY} and
         *     {@code DOCKER_CERT_PATH}
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

    /**
     * Which ports of this machine lead to the ports that inner containers publish.
     *
     * @see NestedDockerBuilder#publishPorts(PortMapping)
     */
    public enum PortMapping {

        /** No port of this machine leads to a published port. This is the default. */
        NONE,

        /**
         * The port with the same number: a container that was started with {@code -p 8080:80} answers at port 8080 of this machine. If another
         * program has that port, a warning is logged, and the container is not reached there.
         */
        SAME,

        /** A free port, which {@link NestedDocker#publishedPort(String, int)} returns. */
        RANDOM
    }

    /**
     * A port that a running inner container publishes, and where it answers on this machine.
     *
     * <p>Immutable and thread-safe.
     *
     * @param containerId the inner container's ID
     * @param containerName the inner container's name
     * @param containerPort the port in the container
     * @param protocol the port's protocol
     * @param daemonPort the port of the daemon container under which the inner engine publishes it: 8080 for {@code -p 8080:80}
     * @param address the address of this machine at which the port answers, or empty if it could not be published here
     * @param problem why the port could not be published here, or empty if it was
     * @see NestedDocker#publishedPorts()
     */
    public record PublishedPort(
            String containerId,
            String containerName,
            int containerPort,
            Protocol protocol,
            int daemonPort,
            Optional<InetSocketAddress> address,
            Optional<String> problem) {

        /** The protocol of a port. */
        public enum Protocol {
            /** Connections. */
            TCP,
            /** Datagrams. */
            UDP;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }
    }
}
