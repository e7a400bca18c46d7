package io.nesteddocker.internal.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The credentials for registries, in the forms that docker-java and the {@code docker} command need.
 *
 * <p>Immutable and thread-safe. Passwords appear only in {@link #toConfigFile()} and in what is sent to the daemon.
 */
public final class RegistryCredentials {

    /** No credentials for any registry. */
    public static final RegistryCredentials NONE = new RegistryCredentials(List.of());

    /** The user's name by which credential helpers mark an identity token in place of a password. */
    public static final String TOKEN_USER = "<token>";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Credentials> byRegistry = new LinkedHashMap<>();

    private RegistryCredentials(List<Credentials> credentials) {
        credentials.forEach(one -> byRegistry.put(one.registry(), one));
    }

    /** Makes the credentials from names and passwords; those from the docker config must have been looked up already. */
    public static RegistryCredentials of(List<Credentials> credentials) {
        return new RegistryCredentials(credentials);
    }

    /** Returns whether there are no credentials. */
    public boolean isEmpty() {
        return byRegistry.isEmpty();
    }

    /** Returns the credentials for the registry of an image, or null if there are none. */
    @Nullable
    public AuthConfig forImage(String reference) {
        Credentials credentials = byRegistry.get(ImageReference.registryOf(reference));
        return credentials == null ? null : authConfig(credentials);
    }

    /** Returns all credentials, for builds. */
    public AuthConfigurations all() {
        AuthConfigurations all = new AuthConfigurations();
        byRegistry.values().forEach(credentials -> all.addConfig(authConfig(credentials)));
        return all;
    }

    /** Returns the file {@code config.json} that the {@code docker} command reads, with the passwords in it. */
    public byte[] toConfigFile() {
        ObjectNode file = JSON.createObjectNode();
        ObjectNode auths = file.putObject("auths");
        byRegistry.forEach((registry, credentials) -> {
            ObjectNode entry = auths.putObject(key(registry));
            if (isToken(credentials)) {
                entry.put("identitytoken", credentials.password());
            } else {
                entry.put("auth", basic(credentials));
            }
        });
        try {
            return JSON.writeValueAsBytes(file);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what {@link #toConfigFile()} wrote. */
    public static RegistryCredentials fromConfigFile(byte[] file) throws IOException {
        List<Credentials> credentials = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry :
                JSON.readTree(file).path("auths").properties()) {
            String registry = entry.getKey().equals(AuthConfig.DEFAULT_SERVER_ADDRESS)
                    ? ImageReference.DOCKER_HUB
                    : entry.getKey();
            String token = entry.getValue().path("identitytoken").asText("");
            String[] pair = new String(
                            Base64.getDecoder()
                                    .decode(entry.getValue().path("auth").asText("")),
                            StandardCharsets.UTF_8)
                    .split(":", 2);
            credentials.add(
                    token.isEmpty()
                            ? new Credentials(registry, pair[0], pair[pair.length - 1])
                            : new Credentials(registry, TOKEN_USER, token));
        }
        return new RegistryCredentials(credentials);
    }

    /** Returns a registry's key in files and messages; for historical reasons, Docker Hub's is an address. */
    public static String key(String registry) {
        return registry.equals(ImageReference.DOCKER_HUB) ? AuthConfig.DEFAULT_SERVER_ADDRESS : registry;
    }

    private static boolean isToken(Credentials credentials) {
        return credentials.username().equals(TOKEN_USER);
    }

    private static String basic(Credentials credentials) {
        String pair = credentials.username() + ":" + credentials.password();
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static AuthConfig authConfig(Credentials credentials) {
        AuthConfig auth = new SilentAuthConfig().withRegistryAddress(key(credentials.registry()));
        return isToken(credentials)
                ? auth.withIdentityToken(credentials.password())
                : auth.withUsername(credentials.username()).withPassword(credentials.password());
    }

    /** Returns the names of the registries, and nothing else. */
    @Override
    public String toString() {
        return "RegistryCredentials" + byRegistry.keySet();
    }
}
