package io.nesteddocker;

import io.nesteddocker.internal.ClientKeyCopier;
import io.nesteddocker.internal.Given;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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

    /** Formats the address for Docker's clients, which do not decode the path after {@code unix://}. */
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
     * The means by which a container on an outer network uses the inner engine: the address, the variables, and the client's certificate as
     * files to copy or as a volume to mount.
     *
     * <p>The files are {@code ca.pem}, {@code cert.pem} and {@code key.pem}. They have mode 0600 in a folder of mode 0700, and belong to
     * root unless {@link #forUser(int)} sets another user. Everyone who has the files can use the inner engine. They are of no use after
     * the daemon has ended.
     *
     * <p>Immutable and thread-safe.
     *
     * @see NestedDocker#endpointFor(String)
     */
    public static final class Neighbour {

        private static final Pattern FOLDER = Pattern.compile("(/[^/:\\p{Cntrl}]+)+");
        private static final Pattern DOTS = Pattern.compile(".*/\\.{1,2}(/.*)?");
        private static final String USUAL_FOLDER = "/nested-docker-certs";

        private final URI dockerHost;
        private final ClientKeyCopier keyCopier;
        private final String folder;
        private final int userId;

        Neighbour(URI dockerHost, ClientKeyCopier keyCopier) {
            this(dockerHost, keyCopier, USUAL_FOLDER, 0);
        }

        private Neighbour(URI dockerHost, ClientKeyCopier keyCopier, String folder, int userId) {
            this.dockerHost = dockerHost;
            this.keyCopier = keyCopier;
            this.folder = folder;
            this.userId = userId;
        }

        /**
         * Returns the same endpoint for a container that has the files in another folder.
         *
         * @param path the folder's absolute path in the container. The default is {@code /nested-docker-certs}. Give a folder that holds
         *     nothing but these files, because the folder gets the mode 0700
         * @return a copy with another folder
         * @throws IllegalArgumentException if the path is not absolute, is the root folder, or contains {@code ..} or a colon
         */
        public Neighbour in(String path) {
            Given.value(path, "the folder for the certificates");
            if (!FOLDER.matcher(path).matches() || DOTS.matcher(path).matches()) {
                throw new IllegalArgumentException(
                        "Tried to set the folder for certificates in a neighbour to \"" + path
                                + "\" but that is no absolute path below the root folder; give one such as /certs/client,"
                                + " without \"..\" or a colon.");
            }
            return new Neighbour(dockerHost, keyCopier, path, userId);
        }

        /**
         * Returns the same endpoint for a container whose process is not root.
         *
         * @param uid the number, inside the container, of the user that may read the files. The default is 0, which is root
         * @return a copy for another user
         * @throws IllegalArgumentException if the number is negative
         */
        public Neighbour forUser(int uid) {
            if (uid < 0) {
                throw new IllegalArgumentException(
                        "Tried to give certificates to the user " + uid
                                + " but a user's number can't be negative; give the number that `id -u` prints in the container.");
            }
            return new Neighbour(dockerHost, keyCopier, folder, uid);
        }

        /**
         * Returns the address of the inner engine on that network.
         *
         * @return the value for {@code DOCKER_HOST}: {@code tcp://name:2376}
         */
        public URI dockerHost() {
            return dockerHost;
        }

        /**
         * Returns the folder in the container where the files are.
         *
         * @return the value for {@code DOCKER_CERT_PATH}
         */
        public String certificatesDirectory() {
            return folder;
        }

        /**
         * Returns the environment variables for the container. They contain no secret.
         *
         * @return {@code DOCKER_HOST}, {@code DOCKER_TLS_VERIFY}, {@code DOCKER_CERT_PATH} and {@code DOCKER_CONTEXT}; the last is empty,
         *     to override a value that the image may have set
         */
        public Map<String, String> environment() {
            return Map.of(
                    "DOCKER_HOST",
                    dockerHost.toString(),
                    "DOCKER_TLS_VERIFY",
                    "1",
                    "DOCKER_CERT_PATH",
                    folder,
                    "DOCKER_CONTEXT",
                    "");
        }

        /**
         * Copies the files into a container of the outer engine, whether it runs or not. Files of the same names are replaced. The files
         * stay in the container until the container is removed.
         *
         * @param container the container's name or ID
         * @throws IllegalStateException if the daemon's handle was closed
         * @throws NestedDockerException if there is no such container, or the outer engine can't write into it
         */
        public void copyInto(String container) {
            keyCopier.copyInto(Given.value(container, "the container"), folder, userId);
        }

        /**
         * Returns the name of a volume of the outer engine that contains the files. The first call for a user makes the volume.
         *
         * <p>The volume is removed when the daemon's handle is closed. If a container still has the volume mounted, a warning is logged and
         * the volume stays. The next program that starts a daemon on that engine removes such a volume, also after a crash of this program.
         *
         * @return the volume's name, always the same for one daemon and user
         * @throws IllegalStateException if the daemon's handle was closed
         * @throws NestedDockerException if the outer engine can't make the volume
         */
        public String volume() {
            return keyCopier.volume(userId);
        }

        /**
         * Returns the mount of {@link #volume()} at the folder, read-only, as {@code docker run --volume} takes it.
         *
         * @return {@code volume:folder:ro}
         * @throws IllegalStateException if the daemon's handle was closed
         * @throws NestedDockerException if the outer engine can't make the volume
         */
        public String bind() {
            return volume() + ":" + folder + ":ro";
        }

        @Override
        public String toString() {
            return "Neighbour[" + dockerHost + ", user " + userId + " at " + folder + "]";
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
         * The port with the same number: a container that was started with {@code -p 8080:80} answers at port 8080 of this machine. If
         * another program has that port, a warning is logged, and the container is not reached at that port.
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
     * @param address the address of this machine at which the port answers, or empty if the port could not be published here
     * @param problem why the port could not be published here, or empty if it was published
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
