package io.nesteddocker.internal.registry;

/**
 * The credentials for a registry.
 *
 * @param registry the registry's name, such as {@code registry.example:5000} or {@code docker.io}
 * @param username the user's name, or the empty string to look up the user in the docker config at each start
 * @param password the password or token, or the empty string if the user's name is empty
 */
public record Credentials(String registry, String username, String password) {

    /** Returns whether the user's name and password are looked up in the docker config when a daemon starts. */
    public boolean fromDockerConfig() {
        return username.isEmpty();
    }

    /** Returns the user and the registry, without the password. */
    @Override
    public String toString() {
        return (fromDockerConfig() ? "docker config" : username) + "@" + registry;
    }
}
