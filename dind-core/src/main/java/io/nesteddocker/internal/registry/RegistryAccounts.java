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
public final class RegistryAccounts {

    /** No credentials for any registry. */
    public static final RegistryAccounts NONE = new RegistryAccounts(List.of());

    /** The user's name by which credential helpers mark an identity token in place of a password. */
    public static final String TOKEN_USER = "<token>";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Credentials> byRegistry = new LinkedHashMap<>();

    private RegistryAccounts(List<Credentials> accounts) {
        accounts.forEach(login -> byRegistry.put(login.registry(), login));
    }

    /** Makes accounts from names and passwords; those from the docker config must have been looked up already. */
    public static RegistryAccounts of(List<Credentials> accounts) {
        return new RegistryAccounts(accounts);
    }

    /** Returns whether there are no credentials. */
    public boolean isEmpty() {
        return byRegistry.isEmpty();
    }

    /** Returns the credentials for the registry of an image, or null if there are none. */
    @Nullable
    public AuthConfig forImage(String reference) {
        Credentials login = byRegistry.get(ImageReference.registryOf(reference));
        return login == null ? null : authConfig(login);
    }

    /** Returns all credentials, for builds. */
    public AuthConfigurations all() {
        AuthConfigurations all = new AuthConfigurations();
        byRegistry.values().forEach(login -> all.addConfig(authConfig(login)));
        return all;
    }

    /** Returns the file {@code config.json} that the {@code docker} command reads, with the passwords in it. */
    public byte[] toConfigFile() {
        ObjectNode file = JSON.createObjectNode();
        ObjectNode auths = file.putObject("auths");
        byRegistry.forEach((registry, login) -> {
            ObjectNode entry = auths.putObject(key(registry));
            if (isToken(login)) {
                entry.put("identitytoken", login.password());
            } else {
                entry.put("auth", basic(login));
            }
        });
        try {
            return JSON.writeValueAsBytes(file);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads what {@link #toConfigFile()} wrote. */
    public static RegistryAccounts fromConfigFile(byte[] file) throws IOException {
        List<Credentials> accounts = new ArrayList<>();
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
            accounts.add(
                    token.isEmpty()
                            ? new Credentials(registry, pair[0], pair[pair.length - 1])
                            : new Credentials(registry, TOKEN_USER, token));
        }
        return new RegistryAccounts(accounts);
    }

    /** Returns a registry's key in files and messages; for historical reasons, Docker Hub's is an address. */
    public static String key(String registry) {
        return registry.equals(ImageReference.DOCKER_HUB) ? AuthConfig.DEFAULT_SERVER_ADDRESS : registry;
    }

    private static boolean isToken(Credentials login) {
        return login.username().equals(TOKEN_USER);
    }

    private static String basic(Credentials login) {
        String pair = login.username() + ":" + login.password();
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static AuthConfig authConfig(Credentials login) {
        AuthConfig auth = new SilentAuthConfig().withRegistryAddress(key(login.registry()));
        return isToken(login)
                ? auth.withIdentityToken(login.password())
                : auth.withUsername(login.username()).withPassword(login.password());
    }

    /** Returns the names of the registries, and nothing else. */
    @Override
    public String toString() {
        return "RegistryAccounts" + byRegistry.keySet();
    }
}
