package io.nesteddocker.internal.options;

import io.nesteddocker.Proxies;
import io.nesteddocker.internal.Given;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The options for the daemon container's network, names and proxies.
 *
 * @param name the outer network to join, or the empty string for the outer engine's default network
 * @param aliases the names of the daemon container on that network
 * @param extraHosts addresses by name, for the daemon container's {@code /etc/hosts}
 * @param dns addresses of name servers, or none for the outer engine's choice
 * @param authorities certificates in PEM form of authorities that the daemon trusts for all its TLS connections
 * @param proxies the proxies of the daemon
 */
public record NetworkOptions(
        String name,
        List<String> aliases,
        Map<String, String> extraHosts,
        List<String> dns,
        List<String> authorities,
        Proxies proxies) {

    static final NetworkOptions DEFAULTS =
            new NetworkOptions("", List.of(), Map.of(), List.of(), List.of(), Proxies.inherit());

    /** The pattern of aliases, which are DNS names on the container's network and names in the certificate of the API. */
    private static final Pattern ALIAS = Pattern.compile(
            "[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?" + "(\\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?)*");

    private static final int LONGEST_ALIAS = 253;
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+");

    /** A word that the outer engine replaces by its own address. */
    private static final String OUTER_GATEWAY = "host-gateway";

    /** Whether {@link #name} is one of the names of the default network, on which a container has no aliases. */
    public boolean namesDefault() {
        return name.equals("bridge") || name.equals("default");
    }

    /** Returns the same options with another outer network. */
    public NetworkOptions join(String network, String... names) {
        Given.value(network, "the network");
        if (network.equals("host") || network.equals("none") || network.startsWith("container:")) {
            throw new IllegalArgumentException("Tried to join the outer network \"" + network
                    + "\" but a daemon needs a network of its own, and would change the host's bridges and packet filter rules;"
                    + " give the name of a network made with `docker network create`.");
        }
        if (network.isBlank()) {
            throw new IllegalArgumentException(
                    "Tried to join an outer network without a name; give the name of one that exists.");
        }
        for (String alias : names) {
            if (!ALIAS.matcher(Given.value(alias, "a network alias")).matches() || alias.length() > LONGEST_ALIAS) {
                throw new IllegalArgumentException(
                        "Tried to name the daemon container \"" + alias + "\" on the outer network " + network
                                + " but that is not a DNS name; use letters, digits, dashes and dots, such as docker.internal.");
            }
        }
        return new NetworkOptions(network, List.of(names), extraHosts, dns, authorities, proxies);
    }

    /** Returns the same options with one more host name. */
    public NetworkOptions extraHost(String host, String address) {
        Given.value(host, "the extra host's name");
        Given.value(address, "the extra host's address");
        if (!HOST_NAME.matcher(host).matches()
                || !(ADDRESS.matcher(address).matches() || address.equals(OUTER_GATEWAY))) {
            throw new IllegalArgumentException("Tried to make the daemon container resolve the name \"" + host
                    + "\" to the address \"" + address
                    + "\" but that is not a host's name and a numeric address; give a pair such as \"build.example\" and"
                    + " \"192.0.2.7\", or \"host-gateway\" for the machine of the outer engine.");
        }
        return new NetworkOptions(name, aliases, Copies.plus(extraHosts, host, address), dns, authorities, proxies);
    }

    /** Returns the same options with one more name server. */
    public NetworkOptions dns(String address) {
        Given.value(address, "the name server's address");
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("Tried to use the name server \"" + address
                    + "\" but name servers are given by their numeric address; give one such as 192.0.2.53.");
        }
        return new NetworkOptions(name, aliases, extraHosts, Copies.plus(dns, address), authorities, proxies);
    }

    /** Returns the same options with the authorities in one more file. */
    public NetworkOptions authority(Path file) {
        String pem = PemFile.read(Given.value(file, "the file with the certificate"), "");
        return new NetworkOptions(name, aliases, extraHosts, dns, Copies.plus(authorities, pem), proxies);
    }

    /** Returns the same options with other proxies. */
    public NetworkOptions proxies(Proxies given) {
        return new NetworkOptions(name, aliases, extraHosts, dns, authorities, Given.value(given, "the proxies"));
    }

    @Override
    public String toString() {
        return proxies
                + (name.isEmpty() ? "" : ", network=" + name + (aliases.isEmpty() ? "" : " " + aliases))
                + (extraHosts.isEmpty() ? "" : ", extraHosts=" + extraHosts)
                + (dns.isEmpty() ? "" : ", dns=" + dns)
                + (authorities.isEmpty() ? "" : ", caCertificates=" + authorities.size());
    }
}
