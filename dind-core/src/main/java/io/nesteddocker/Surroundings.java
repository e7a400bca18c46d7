package io.nesteddocker;

import java.util.List;
import java.util.Map;

/**
 * What the daemon container gets from its surroundings: folders, names, resolvers, authorities and proxies.
 *
 * <p>Immutable and thread-safe.
 *
 * @param folders folders of this program's machine, each mounted at the same path
 * @param extraHosts names with their addresses, for the daemon container's {@code /etc/hosts}
 * @param dns addresses of name servers, or none for the outer engine's choice
 * @param authorities certificates in PEM form of authorities that the daemon trusts for all its TLS connections
 * @param proxies the proxies of the daemon
 */
public record Surroundings(
        List<SharedFolder> folders,
        Map<String, String> extraHosts,
        List<String> dns,
        List<String> authorities,
        Proxies proxies) {

    /**
     * Creates the surroundings with copies of the collections.
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
     * A folder of this program's machine that is mounted in the daemon container at the same path.
     *
     * @param path the folder's absolute path
     * @param readOnly whether the folder is mounted read-only, so that no process inside can write to it
     */
    public record SharedFolder(String path, boolean readOnly) {

        /**
         * Returns whether this folder is another folder, or lies in it.
         *
         * @param other the other folder
         * @return true if the other folder contains all of this one
         */
        public boolean isIn(SharedFolder other) {
            return path.equals(other.path) || path.startsWith(other.path + "/");
        }
    }
}
