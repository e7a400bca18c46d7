package io.nesteddocker.internal.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.UserFolders;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials for registries that {@code docker login} left in the user's Docker configuration.
 *
 * <p>Like the {@code docker} command, it goes on without credentials if they can't be read, because most images need none; the reason is
 * logged. No secret is logged, put into an exception or passed to a process as an argument. Thread-safe.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/#credential-stores">Docker: credential stores</a>
 */
public final class StoredCredentials {

    private static final Logger LOG = LoggerFactory.getLogger(StoredCredentials.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern HELPER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Duration HELPER_PATIENCE = Duration.ofSeconds(30);

    private final Path configFile;

    StoredCredentials(Path configFile) {
        this.configFile = configFile;
    }

    /** Returns the credentials in this program's {@code DOCKER_CONFIG}, or else in {@code .docker} in the home folder. */
    public static StoredCredentials ofThisProcess() {
        return new StoredCredentials(UserFolders.dockerConfig().resolve("config.json"));
    }

    /** Returns the credentials for the registry that an image comes from; empty if there are none. */
    public Optional<AuthConfig> find(String imageReference) {
        if (!Files.isReadable(configFile)) {
            return Optional.empty();
        }
        String registry = ImageReference.registryOf(imageReference);
        String key = RegistryCredentials.key(registry);
        try {
            JsonNode config = JSON.readTree(Files.readString(configFile));
            String helper = config.path("credHelpers")
                    .path(key)
                    .asText(config.path("credHelpers").path(registry).asText(""));
            if (helper.isEmpty()) {
                helper = config.path("credsStore").asText("");
            }
            return helper.isEmpty() ? inFile(config.path("auths"), registry, key) : askHelper(helper, key);
        } catch (IOException | IllegalArgumentException e) {
            // A parser's message may quote the file, which holds secrets.
            LOG.warn(
                    "The credentials for {} can't be read from {} ({}), so this registry is asked without credentials",
                    registry,
                    configFile,
                    e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /**
     * Looks up the credentials that are to come from the docker config, and returns them with the others.
     *
     * @throws NestedDockerException if the docker config has none for one of these registries
     */
    public RegistryCredentials complete(Collection<Credentials> given) {
        return RegistryCredentials.of(given.stream()
                .map(credentials -> credentials.fromDockerConfig() ? complete(credentials.registry()) : credentials)
                .toList());
    }

    private Credentials complete(String registry) {
        AuthConfig found = find(registry + "/any")
                .filter(auth -> auth.getIdentitytoken() != null || auth.getUsername() != null)
                .orElseThrow(() -> new NestedDockerException(
                        "Tried to look up the credentials for the registry " + registry + " in the docker config "
                                + configFile
                                + " but it has none for this registry; run `docker login " + registry
                                + "`, or pass a name and a password to registryCredentials(..).",
                        null));
        return found.getIdentitytoken() == null
                ? new Credentials(
                        registry,
                        Objects.requireNonNullElse(found.getUsername(), ""),
                        Objects.requireNonNullElse(found.getPassword(), ""))
                : new Credentials(registry, RegistryCredentials.TOKEN_USER, found.getIdentitytoken());
    }

    private static Optional<AuthConfig> inFile(JsonNode entries, String registry, String key) {
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            if (entry.getKey().equals(key) || nameOf(entry.getKey()).equals(registry)) {
                return entry(entry.getValue(), key);
            }
        }
        return Optional.empty();
    }

    /** Returns the registry of a key; old configurations have addresses such as {@code https://registry.example/v1/} as keys. */
    private static String nameOf(String key) {
        String name = key.replaceFirst("^https?://", "").replaceFirst("/.*", "");
        return name.equals("index.docker.io") ? ImageReference.DOCKER_HUB : name;
    }

    private static Optional<AuthConfig> entry(JsonNode entry, String key) {
        AuthConfig found = new SilentAuthConfig().withRegistryAddress(key);
        String identityToken = entry.path("identitytoken").asText("");
        String registryToken = entry.path("registrytoken").asText("");
        String pair = new String(Base64.getDecoder().decode(entry.path("auth").asText("")), StandardCharsets.UTF_8);
        int colon = pair.indexOf(':');
        String user = colon < 0 ? entry.path("username").asText("") : pair.substring(0, colon);
        String password = colon < 0
                ? entry.path("password").asText("")
                : pair.substring(colon + 1).replace("\0", "");
        if (!identityToken.isEmpty()) {
            found.withIdentityToken(identityToken);
        }
        if (!registryToken.isEmpty()) {
            found.withRegistrytoken(registryToken);
        }
        if (!user.isEmpty()) {
            found.withUsername(user).withPassword(password);
        }
        return identityToken.isEmpty() && registryToken.isEmpty() && user.isEmpty()
                ? Optional.empty()
                : Optional.of(found);
    }

    private static Optional<AuthConfig> askHelper(String helper, String key) throws IOException {
        if (!HELPER_NAME.matcher(helper).matches()) {
            LOG.warn(
                    "The Docker configuration has an invalid name for a credential helper, so {} is asked without credentials",
                    key);
            return Optional.empty();
        }
        String program = "docker-credential-" + helper;
        Process process = new ProcessBuilder(program, "get")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            say(process, key);
            if (!process.waitFor(HELPER_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn(
                        "{} did not answer within {} s, so {} is asked without credentials",
                        program,
                        HELPER_PATIENCE.toSeconds(),
                        key);
                return Optional.empty();
            }
            if (process.exitValue() != 0) {
                // "Not found" is an error too, and the usual one.
                LOG.debug("{} has no credentials for {}", program, key);
                return Optional.empty();
            }
            return fromHelper(JSON.readTree(process.getInputStream()), key);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Writes the key to the helper; one that supports only one registry may answer without reading it. */
    private static void say(Process process, String key) {
        try (OutputStream input = process.getOutputStream()) {
            input.write((key + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.debug("The credential helper did not read its input: {}", e.getMessage());
        }
    }

    private static Optional<AuthConfig> fromHelper(JsonNode answer, String key) {
        String user = answer.path("Username").asText("");
        String secret = answer.path("Secret").asText("");
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        AuthConfig found = new SilentAuthConfig().withRegistryAddress(key);
        return Optional.of(
                user.equals(RegistryCredentials.TOKEN_USER)
                        ? found.withIdentityToken(secret)
                        : found.withUsername(user).withPassword(secret));
    }
}
