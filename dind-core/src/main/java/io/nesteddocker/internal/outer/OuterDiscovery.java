package io.nesteddocker.internal.outer;

import io.nesteddocker.NoOuterEngineException;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.UserFolders;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.http.SocketAddress;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Finds the outer engine: by the {@code outer(..)} option, then by {@code DOCKER_HOST}, the docker context and the usual sockets.
 *
 * <p>If the user named an engine, no other is tried. Of the usual sockets, the first one that answers is used.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/#environment-variables">Docker: environment variables</a>
 */
public final class OuterDiscovery {

    private static final String UNIX = "unix://";

    private final Map<String, String> environment;
    private final Path home;

    /** Creates a discovery that uses this environment and home folder. */
    public OuterDiscovery(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /** Creates a discovery that uses this process's environment and its user's home folder. */
    public static OuterDiscovery ofThisProcess() {
        return new OuterDiscovery(System.getenv(), UserFolders.homeOrRoot());
    }

    /** Connects to the outer engine, or throws an {@link OuterEngineException} that lists the places that were tried. */
    public OuterConnection connect(Options options, Cancellation cancellation) {
        if (options.connection().outerClient().isPresent()) {
            return OuterConnection.handedIn(options.connection().outerClient().get());
        }
        if (options.connection().outerUri().isPresent()) {
            return named(
                    options.connection().outerUri().get(),
                    tlsFromVariables(),
                    options.connection().outerUri().get() + " (given with outer(..))",
                    cancellation);
        }
        if (options.connection().outerContext().isPresent()) {
            return DockerContext.named(options.connection().outerContext().get(), dockerConfigFolder())
                    .map(context -> at(context, cancellation))
                    .orElseGet(() -> firstOfTheUsual(cancellation));
        }
        String dockerHost = environment.getOrDefault("DOCKER_HOST", "");
        if (!dockerHost.isBlank()) {
            return named(uri(dockerHost), tlsFromVariables(), dockerHost + " (from DOCKER_HOST)", cancellation);
        }
        Optional<DockerContext> context = DockerContext.current(environment, dockerConfigFolder());
        return context.isPresent() ? at(context.get(), cancellation) : firstOfTheUsual(cancellation);
    }

    private OuterConnection at(DockerContext chosen, Cancellation cancellation) {
        return named(
                uri(chosen.dockerHost()),
                chosen.tlsFolder().map(this::readTls).orElse(null),
                chosen.dockerHost() + " (from the docker context " + chosen.name() + ")",
                cancellation);
    }

    private OuterConnection firstOfTheUsual(Cancellation cancellation) {
        List<String> tried = new ArrayList<>(List.of("DOCKER_HOST (not set)", "docker context (default)"));
        List<RuntimeException> causes = new ArrayList<>();
        String cure = "start Docker, or set its address with DOCKER_HOST or outer(..)";
        for (URI place : usualPlaces()) {
            boolean absent = place.getScheme().equals("unix") && !Files.exists(Path.of(place.getPath()));
            if (absent) {
                tried.add(place + " (no such file)");
                continue;
            }
            try {
                return OuterConnection.open(place, null, place.toString(), cancellation);
            } catch (RuntimeException e) {
                throwIfTimedOut(place.toString(), cancellation, e);
                tried.add(place + " (" + Reason.of(e) + ")");
                causes.add(e);
                cure = cureForPermission(place).orElse(cure);
            }
        }
        OuterEngineException none = new NoOuterEngineException(
                "Tried to find the outer Docker engine at " + String.join(", ", tried) + " but none answered; " + cure
                        + ".",
                causes.isEmpty() ? null : causes.get(0));
        causes.stream().skip(1).forEach(none::addSuppressed);
        throw none;
    }

    private List<URI> usualPlaces() {
        if (isWindows()) {
            return List.of(
                    URI.create("npipe:////./pipe/docker_engine"),
                    URI.create("npipe:////./pipe/dockerDesktopLinuxEngine"));
        }
        String runtimeFolder = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        Stream<Path> rootless =
                runtimeFolder.isBlank() ? Stream.of() : Stream.of(Path.of(runtimeFolder, "docker.sock"));
        Stream<Path> podman =
                runtimeFolder.isBlank() ? Stream.of() : Stream.of(Path.of(runtimeFolder, "podman/podman.sock"));
        return Stream.of(
                        Stream.of(Path.of("/var/run/docker.sock")),
                        rootless,
                        Stream.of(
                                home.resolve(".docker/run/docker.sock"),
                                home.resolve(".docker/desktop/docker.sock"),
                                home.resolve(".colima/default/docker.sock"),
                                home.resolve(".rd/docker.sock")),
                        podman,
                        Stream.of(Path.of("/run/podman/podman.sock")))
                .flatMap(places -> places)
                .map(SocketAddress::of)
                .toList();
    }

    private OuterConnection named(URI uri, @Nullable SSLContext ssl, String description, Cancellation cancellation) {
        if ("npipe".equals(uri.getScheme()) && !isWindows()) {
            throw new NoOuterEngineException(
                    "Tried to reach the outer Docker engine at " + description
                            + " but named pipes exist on Windows only; give unix:///... or tcp://host:port.",
                    null);
        }
        try {
            return OuterConnection.open(uri, ssl, description, cancellation);
        } catch (RuntimeException e) {
            throwIfTimedOut(description, cancellation, e);
            String reason = Reason.of(e).replaceFirst("[.]$", "");
            String tried = "Tried to reach the outer Docker engine at " + description + " but ";
            if (e instanceof IllegalStateException) {
                throw new OuterEngineException(
                        tried + reason
                                + "; give the address of a Docker engine, set DOCKER_TLS_VERIFY if it speaks TLS only,"
                                + " and let a proxy in front of it pass on GET /_ping.",
                        e);
            }
            throw new NoOuterEngineException(
                    tried + "it did not answer: " + reason + "; "
                            + cureForPermission(uri).orElse("check that it runs") + ".",
                    e);
        }
    }

    /** Returns the advice for a socket that this user may not open; empty if the user may open it, or there is no socket. */
    private static Optional<String> cureForPermission(URI place) {
        if (!"unix".equals(place.getScheme()) || place.getPath() == null) {
            return Optional.empty();
        }
        Path socket = Path.of(place.getPath());
        if (!Files.exists(socket) || Files.isWritable(socket)) {
            return Optional.empty();
        }
        try {
            PosixFileAttributes attributes = Files.readAttributes(socket, PosixFileAttributes.class);
            String group = attributes.group().getName();
            return Optional.of(
                    attributes.permissions().contains(PosixFilePermission.GROUP_WRITE) && !group.equals("root")
                            ? "this user is not in the group " + group + ", which may use it: run `sudo usermod -aG "
                                    + group + " $USER`, then log in again"
                            : "run this program as " + attributes.owner().getName() + ", who may use it");
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of("run this program as a user who may use it");
        }
    }

    /** Throws if the time was over; otherwise the closed connection would look as if the engine had closed it. */
    private static void throwIfTimedOut(String description, Cancellation cancellation, RuntimeException cause) {
        if (cancellation.isCancelled()) {
            throw new NoOuterEngineException(
                    "Tried to reach the outer Docker engine at " + description
                            + " but it had not answered when the time was over; check that a Docker engine listens there, or allow"
                            + " more time with startupTimeout(..).",
                    cause);
        }
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }

    private @Nullable SSLContext tlsFromVariables() {
        if (environment.getOrDefault("DOCKER_TLS_VERIFY", "").isEmpty()) {
            return null;
        }
        String folder = environment.getOrDefault("DOCKER_CERT_PATH", "");
        return readTls(folder.isEmpty() ? dockerConfigFolder() : Path.of(folder));
    }

    private SSLContext readTls(Path folder) {
        try {
            return TlsMaterial.contextFromPem(
                    Files.readAllBytes(folder.resolve("ca.pem")),
                    Files.readAllBytes(folder.resolve("cert.pem")),
                    Files.readAllBytes(folder.resolve("key.pem")));
        } catch (IOException | IllegalArgumentException e) {
            throw new OuterEngineException(
                    "Tried to read ca.pem, cert.pem and key.pem for the outer engine from " + folder
                            + " but that failed: " + Reason.of(e)
                            + ". Point DOCKER_CERT_PATH at the folder that holds them.",
                    e);
        }
    }

    private Path dockerConfigFolder() {
        return UserFolders.dockerConfig(environment.get("DOCKER_CONFIG"), home);
    }

    /** Parses an address. After {@code unix://}, every Docker client expects a path without URL encoding. */
    private static URI uri(String dockerHost) {
        try {
            URI uri = dockerHost.startsWith(UNIX)
                    ? SocketAddress.of(dockerHost.substring(UNIX.length()))
                    : URI.create(dockerHost);
            if (uri.getScheme() != null && uri.getScheme().matches("unix|npipe|tcp|https?|ssh")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw unusable(dockerHost, e);
        }
        throw unusable(dockerHost, null);
    }

    private static OuterEngineException unusable(String dockerHost, @Nullable Throwable cause) {
        return new NoOuterEngineException(
                "Tried to reach the outer Docker engine at \"" + dockerHost
                        + "\" but that address cannot be used here; give unix:///..., npipe:////..., ssh://user@host or tcp://host:port.",
                cause);
    }
}
