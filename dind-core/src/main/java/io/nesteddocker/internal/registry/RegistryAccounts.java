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
 * The credentials for registries, in the forms that docker-java and the {@code docker} command want.
 *
 * <p>Immutable and thread-safe. Nothing but {@link #toConfigFile()} and what is sent to the daemon tells a password.
 */
public final class RegistryAccounts {

    /** No credentials for any registry. */
    public static final RegistryAccounts NONE = new RegistryAccounts(List.of());

    /** The user's name that stands for an identity token in place of a password, as credential helpers have it. */
    public static final String TOKEN_USER = "<token>";

    private static final String DOCKER_HUB = "docker.io";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Credentials> byRegistry = new LinkedHashMap<>();

    private RegistryAccounts(List<Credentials> accounts) {
        accounts.forEach(login -> byRegistry.put(login.registry(), login));
    }

    /** Takes names and passwords, which have been looked up where they come from elsewhere. */
    public static RegistryAccounts of(List<Credentials> accounts) {
        return new RegistryAccounts(accounts);
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return byRegistry.isEmpty();
    }

    /** The credentials for the registry of an image, or null if there are none. */
    @Nullable
    public AuthConfig forImage(String reference) {
        Credentials login = byRegistry.get(registryOf(reference));
        return login == null ? null : authConfig(login);
    }

    /** All of them, for builds. */
    public AuthConfigurations all() {
        AuthConfigurations all = new AuthConfigurations();
        byRegistry.values().forEach(login -> all.addConfig(authConfig(login)));
        return all;
    }

    /** The file {@code config.json} that the {@code docker} command reads, with a password in it. */
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
            String registry = entry.getKey().equals(AuthConfig.DEFAULT_SERVER_ADDRESS) ? DOCKER_HUB : entry.getKey();
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

    /** The registry that an image's name begins with; Docker Hub's names begin with none. */
    public static String registryOf(String reference) {
        int slash = reference.indexOf('/');
        String first = slash < 0 ? "" : reference.substring(0, slash);
        boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
        return !named || first.equals("index.docker.io") ? DOCKER_HUB : first;
    }

    /** Docker Hub's place in files and messages is an address of long ago. */
    public static String key(String registry) {
        return registry.equals(DOCKER_HUB) ? AuthConfig.DEFAULT_SERVER_ADDRESS : registry;
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

    /** Names the registries, and nothing else. */
    @Override
    public String toString() {
        return "RegistryAccounts" + byRegistry.keySet();
    }
}
