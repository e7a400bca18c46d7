package io.nesteddocker;

import java.util.List;
import java.util.Map;

/**
 * What the daemon container gets of the world around it: folders, names, resolvers, authorities.
 *
 * <p>Immutable and thread-safe.
 *
 * @param folders folders of this program's machine, each mounted at its own path
 * @param extraHosts names with their addresses, for the daemon container's {@code /etc/hosts}
 * @param dns addresses of name servers, or none for the outer engine's choice
 * @param authorities certificates in PEM form of authorities that the daemon trusts for all registries
 * @param proxies the proxies of the daemon
 */
public record Surroundings(
        List<SharedFolder> folders,
        Map<String, String> extraHosts,
        List<String> dns,
        List<String> authorities,
        Proxies proxies) {

    /**
     * Copies the collections.
     *
     * @param folders folders of this program's machine
     * @param extraHosts names with their addresses
     * @param dns addresses of name servers
     * @param authorities certificates in PEM form
     * @param proxies the proxies of the daemon
     */
    public Surroundings {
        folders = List.copyOf(folders);
        extraHosts = Map.copyOf(extraHosts);
        dns = List.copyOf(dns);
        authorities = List.copyOf(authorities);
    }

    /**
     * A folder of this program's machine that the daemon container has at the same path.
     *
     * @param path the folder's absolute path
     * @param readOnly whether nobody inside can write to it
     */
    public record SharedFolder(String path, boolean readOnly) {

        /**
         * Whether this folder lies in another one, or is it.
         *
         * @param other the other folder
         * @return true where the other folder has all of this one
         */
        public boolean isIn(SharedFolder other) {
            return path.equals(other.path) || path.startsWith(other.path + "/");
        }
    }
}
