package io.nesteddocker;

import io.nesteddocker.Registries.CertificateAuthority;
import io.nesteddocker.Registries.Credentials;
import io.nesteddocker.internal.Given;
import io.nesteddocker.internal.http.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The options of a builder for registries; checks and collects their values. No message contains a password. */
final class RegistriesDraft {

    /** A registry's name is also the name of a folder in the daemon container, so the pattern allows no other characters. */
    private static final Pattern REGISTRY =
            Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?(:[1-9]\\d{0,4})?");

    private static final Pattern NETWORK = Pattern.compile("[0-9a-fA-F.:]+/\\d{1,3}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final Set<String> DOCKER_HUB = Set.of("docker.io", "index.docker.io", "registry-1.docker.io");

    private final Set<URI> mirrors = new LinkedHashSet<>();
    private final Set<String> insecure = new LinkedHashSet<>();
    private final Map<String, Credentials> credentials = new LinkedHashMap<>();
    private final Map<String, CertificateAuthority> authorities = new LinkedHashMap<>();

    RegistriesDraft() {}

    RegistriesDraft(Registries registries) {
        mirrors.addAll(registries.mirrors());
        insecure.addAll(registries.insecure());
        registries.credentials().forEach(login -> credentials.put(login.registry(), login));
        registries.authorities().forEach(authority -> authorities.put(authority.registry(), authority));
    }

    Registries toRegistries() {
        return new Registries(
                List.copyOf(mirrors),
                List.copyOf(insecure),
                List.copyOf(credentials.values()),
                List.copyOf(authorities.values()));
    }

    void mirror(URI address) {
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
        mirrors.add(address);
    }

    void insecure(String registry) {
        Given.value(registry, "the insecure registry's name");
        if (!REGISTRY.matcher(registry).matches() && !NETWORK.matcher(registry).matches()) {
            throw new IllegalArgumentException(
                    "Tried to use the insecure registry \"" + registry
                            + "\" but dockerd takes a name with an optional port, or a network, there; give one such as registry.example:5000.");
        }
        insecure.add(registry);
    }

    void credentials(String registry, String username, String password) {
        String name = namedByImages(registry);
        Given.value(username, "the user's name for the registry " + name);
        Given.value(password, "the password for the registry " + name);
        if (username.isBlank()
                || username.contains(":")
                || CONTROL.matcher(username).find()) {
            throw new IllegalArgumentException(
                    "Tried to use the user's name \"" + username + "\" for the registry " + name
                            + " but names are not blank and have no colon in them; give the name that `docker login` takes.");
        }
        if (password.isEmpty() || CONTROL.matcher(password).find()) {
            throw new IllegalArgumentException("Tried to use a password for the registry " + name
                    + " but it is empty or has a line break in it; give the password or token alone, and check the variable or file"
                    + " that it comes from.");
        }
        credentials.put(name, new Credentials(name, username, password));
    }

    void credentialsOfDockerConfig(String registry) {
        String name = namedByImages(registry);
        credentials.put(name, new Credentials(name, "", ""));
    }

    void authority(String registry, Path file) {
        String name = checked(registry);
        Given.value(file, "the file with the certificate of the registry " + name);
        String pem = read(name, file);
        if (pem.contains("PRIVATE KEY")) {
            throw refused(name, file, "it has a private key in it, which would get into the daemon container");
        }
        try {
            if (CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                    .isEmpty()) {
                throw refused(name, file, "it has no certificate in it");
            }
        } catch (CertificateException e) {
            throw refused(name, file, "it is not a certificate: " + Reason.of(e));
        }
        authorities.put(name, new CertificateAuthority(name, pem));
    }

    private static String read(String registry, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw refused(registry, file, "it can't be read: " + Reason.of(e));
        }
    }

    private static IllegalArgumentException refused(String registry, Path file, String reason) {
        return new IllegalArgumentException("Tried to trust the certificates in " + file + " for the registry "
                + registry + " but " + reason + "; give a file with certificates in PEM form.");
    }

    /** Docker reads the first part of an image's name as a registry only if that part can't be a part of a name on Docker Hub. */
    private static String namedByImages(String registry) {
        String name = checked(registry);
        if (!name.contains(".") && !name.contains(":") && !name.equals("localhost")) {
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
                    + "\" but that is not a registry's name; give a name with an optional port such as registry.example:5000, or"
                    + " docker.io for Docker Hub.");
        }
        return DOCKER_HUB.contains(registry) ? "docker.io" : registry;
    }
}
