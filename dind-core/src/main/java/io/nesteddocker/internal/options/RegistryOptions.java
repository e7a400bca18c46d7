package io.nesteddocker.internal.options;

import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.registry.Credentials;
import io.nesteddocker.internal.registry.ImageReference;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The options for registries. No message contains a password.
 *
 * @param mirrors mirrors through which the inner engine pulls images of Docker Hub
 * @param insecure registries, or networks of registries, that the inner engine uses without verified TLS
 * @param credentials user names and passwords by registry
 * @param authorities certificates in PEM form of private authorities by registry, which the inner engine trusts in addition to the daemon
 *     image's own
 */
public record RegistryOptions(
        List<URI> mirrors,
        List<String> insecure,
        Map<String, Credentials> credentials,
        Map<String, String> authorities) {

    static final RegistryOptions NONE = new RegistryOptions(List.of(), List.of(), Map.of(), Map.of());

    /** The pattern of registry names. A name is also the name of a folder in the daemon container, so it allows no other characters. */
    private static final Pattern REGISTRY =
            Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?(:[1-9]\\d{0,4})?");

    private static final Pattern NETWORK = Pattern.compile("[0-9a-fA-F.:]+/\\d{1,3}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Set<String> DOCKER_HUB_NAMES =
            Set.of(ImageReference.DOCKER_HUB, "index.docker.io", "registry-1.docker.io");

    /** Returns the same options with one more mirror. */
    public RegistryOptions mirror(URI address) {
        Given.value(address, "the registry mirror's address");
        if (address.getRawUserInfo() != null
                || String.valueOf(address.getRawAuthority()).contains("@")) {
            throw new IllegalArgumentException(
                    "Tried to use a registry mirror with a user's name in its address but dockerd sends no credentials to mirrors;"
                            + " give a bare address such as http://mirror.example:5000.");
        }
        boolean hasScheme = address.toString().matches("(?i)https?://.*");
        if (!hasScheme || !address.toString().matches("[^:]+://[^\\s/?#]+/?") || address.getHost() == null) {
            throw new IllegalArgumentException("Tried to use the registry mirror \"" + address + "\" but "
                    + (hasScheme
                            ? "dockerd takes a scheme, a host and a port there, and nothing else"
                            : "a mirror's address begins with http:// or https://")
                    + "; give one such as http://mirror.example:5000.");
        }
        return new RegistryOptions(Copies.plusOnce(mirrors, address), insecure, credentials, authorities);
    }

    /** Returns the same options with one more registry that is used without verified TLS. */
    public RegistryOptions insecure(String registry) {
        Given.value(registry, "the insecure registry's name");
        if (!REGISTRY.matcher(registry).matches() && !NETWORK.matcher(registry).matches()) {
            throw new IllegalArgumentException(
                    "Tried to use the insecure registry \"" + registry
                            + "\" but dockerd takes a name with an optional port, or a network, there; give one such as registry.example:5000.");
        }
        return new RegistryOptions(mirrors, Copies.plusOnce(insecure, registry), credentials, authorities);
    }

    /** Returns the same options with credentials for a registry. */
    public RegistryOptions credentials(String registry, String username, String password) {
        String name = namedByImages(registry);
        Given.value(username, "the user's name for the registry " + name);
        Given.value(password, "the password for the registry " + name);
        if (username.isBlank()
                || username.contains(":")
                || CONTROL.matcher(username).find()) {
            throw new IllegalArgumentException(
                    "Tried to use the user's name \"" + username + "\" for the registry " + name
                            + " but a name can't be blank or have a colon in it; give the name that `docker login` takes.");
        }
        if (password.isEmpty() || CONTROL.matcher(password).find()) {
            throw new IllegalArgumentException("Tried to use a password for the registry " + name
                    + " but it is empty or has a line break in it; give the password or token alone, and check the variable or file"
                    + " that it comes from.");
        }
        return with(new Credentials(name, username, password));
    }

    /** Returns the same options with the credentials that the Docker configuration holds for a registry. */
    public RegistryOptions credentialsOfDockerConfig(String registry) {
        return with(new Credentials(namedByImages(registry), "", ""));
    }

    private RegistryOptions with(Credentials more) {
        return new RegistryOptions(mirrors, insecure, Copies.plus(credentials, more.registry(), more), authorities);
    }

    /** Returns the same options with the private authorities of a registry. */
    public RegistryOptions authority(String registry, Path file) {
        String name = checked(registry);
        String pem = PemFile.read(
                Given.value(file, "the file with the certificate of the registry " + name),
                " for the registry " + name);
        return new RegistryOptions(mirrors, insecure, credentials, Copies.plus(authorities, name, pem));
    }

    /**
     * Refuses a name that images can't use for a registry: Docker reads the first part of an image's name as a registry only if that part
     * can't be a part of a name on Docker Hub.
     */
    private static String namedByImages(String registry) {
        String name = checked(registry);
        if (!ImageReference.isRegistry(name)) {
            throw new IllegalArgumentException("Tried to use credentials for the registry \"" + name
                    + "\" but in an image's name, Docker takes this word for a namespace on Docker Hub; give the registry with its"
                    + " domain or port, such as registry.example or registry:5000.");
        }
        return name;
    }

    private static String checked(String registry) {
        Given.value(registry, "the registry's name");
        if (!REGISTRY.matcher(registry).matches()) {
            throw new IllegalArgumentException("Tried to use the registry \"" + registry
                    + "\" but that is not a registry's name; give a name with an optional port such as registry.example:5000, or "
                    + ImageReference.DOCKER_HUB + " for Docker Hub.");
        }
        return DOCKER_HUB_NAMES.contains(registry) ? ImageReference.DOCKER_HUB : registry;
    }

    @Override
    public String toString() {
        return equals(NONE)
                ? "no options for registries"
                : "mirrors=" + mirrors + ", insecure=" + insecure + ", credentials=" + credentials.values()
                        + ", registryCas=" + authorities.keySet();
    }
}
