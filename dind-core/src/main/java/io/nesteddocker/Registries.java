package io.nesteddocker;

import java.net.URI;
import java.util.List;

/**
 * The options for registries: mirrors, registries without verified TLS, credentials and certificate authorities.
 *
 * <p>Immutable and thread-safe. Only {@link Credentials#password()} returns a password.
 *
 * @param mirrors mirrors through which the inner engine pulls images of Docker Hub
 * @param insecure registries, or networks of registries, that the inner engine uses without verified TLS
 * @param credentials user names and passwords, at most one pair for each registry
 * @param authorities certificates of private authorities, at most one file for each registry
 */
public record Registries(
        List<URI> mirrors,
        List<String> insecure,
        List<Credentials> credentials,
        List<CertificateAuthority> authorities) {

    /**
     * Creates the options with copies of the lists.
     *
     * @param mirrors mirrors through which the inner engine pulls images of Docker Hub
     * @param insecure registries that the inner engine uses without verified TLS
     * @param credentials user names and passwords
     * @param authorities certificates of private authorities
     */
    public Registries {
        mirrors = List.copyOf(mirrors);
        insecure = List.copyOf(insecure);
        credentials = List.copyOf(credentials);
        authorities = List.copyOf(authorities);
    }

    /**
     * The credentials for a registry.
     *
     * @param registry the registry's name, such as {@code registry.example:5000} or {@code docker.io}
     * @param username the user's name, or the empty string to look up the user in the docker config at each start
     * @param password the password or token, or the empty string if the user's name is empty
     */
    public record Credentials(String registry, String username, String password) {

        /** {@return whether the user's name and password are looked up in the docker config when a daemon starts} */
        public boolean fromDockerConfig() {
            return username.isEmpty();
        }

        /** {@return user and registry, without the password} */
        @Override
        public String toString() {
            return (fromDockerConfig() ? "docker config" : username) + "@" + registry;
        }
    }

    /**
     * The authorities that the inner engine trusts for a registry, in addition to the daemon image's own.
     *
     * @param registry the registry's name, such as {@code registry.example:5000}
     * @param pem certificates in PEM form
     */
    public record CertificateAuthority(String registry, String pem) {

        /** {@return the registry, without the certificates} */
        @Override
        public String toString() {
            return "CertificateAuthority[" + registry + "]";
        }
    }
}
