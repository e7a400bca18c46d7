package io.nesteddocker;

import java.net.URI;
import java.util.List;

/**
 * What was said about registries: where the inner engine pulls from, whom it trusts there, and as whom.
 *
 * <p>Immutable and thread-safe. No method but {@link Credentials#password()} tells a password.
 *
 * @param mirrors mirrors that Docker Hub's images are pulled through
 * @param insecure registries, or networks of registries, that are talked to without verified TLS
 * @param credentials names and passwords, one for a registry at most
 * @param authorities certificates of private authorities, one file for a registry at most
 */
public record Registries(
        List<URI> mirrors,
        List<String> insecure,
        List<Credentials> credentials,
        List<CertificateAuthority> authorities) {

    /**
     * Copies the lists.
     *
     * @param mirrors mirrors that Docker Hub's images are pulled through
     * @param insecure registries that are talked to without verified TLS
     * @param credentials names and passwords
     * @param authorities certificates of private authorities
     */
    public Registries {
        mirrors = List.copyOf(mirrors);
        insecure = List.copyOf(insecure);
        credentials = List.copyOf(credentials);
        authorities = List.copyOf(authorities);
    }

    /**
     * Who to be for a registry.
     *
     * @param registry the registry's name, such as {@code registry.example:5000} or {@code docker.io}
     * @param username the user's name, or the empty string for the user of the docker config, which is looked up at each start
     * @param password the password or token, or the empty string with an empty user's name
     */
    public record Credentials(String registry, String username, String password) {

        /** {@return whether name and password are looked up in the docker config when a daemon starts} */
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
     * Whom to trust for a registry, on top of the daemon image's own authorities.
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
