package io.nesteddocker;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The proxies through which the daemon reaches registries.
 *
 * <p>Immutable and thread-safe. An address may contain a password; only {@link #http()} and {@link #https()} return it.
 *
 * @param inherited whether to use the proxies that this program has when the daemon starts; the other components are then empty
 * @param http the proxy for plain requests, or the empty string for none
 * @param https the proxy for requests over TLS, or the empty string for none
 * @param exceptions names, addresses and networks that are reached without a proxy, besides those that the library adds
 */
public record Proxies(boolean inherited, String http, String https, List<String> exceptions) {

    private static final Pattern ADDRESS = Pattern.compile("(?i)(https?|socks5)://[^\\s/?#]+/?");

    /**
     * Creates a set of proxies and checks it.
     *
     * @param inherited whether to use the proxies of this program
     * @param http the proxy for plain requests, or the empty string
     * @param https the proxy for requests over TLS, or the empty string
     * @param exceptions what is reached without a proxy
     * @throws IllegalArgumentException if an address is not that of a proxy, or an exception is not a single name, address or network; the
     *     message does not show an address, because it may contain a password
     */
    public Proxies {
        exceptions = List.copyOf(exceptions);
        for (String address : List.of(http, https)) {
            if (!address.isEmpty() && !ADDRESS.matcher(address).matches()) {
                throw new IllegalArgumentException("Tried to use a proxy for the daemon but its address is not valid;"
                        + " give one such as http://proxy.example:3128.");
            }
        }
        if (exceptions.stream().anyMatch(exception -> !exception.matches("[^\\s,]+"))) {
            throw new IllegalArgumentException(
                    "Tried to reach " + exceptions
                            + " without a proxy but each entry is a single name, address or network; give one such as registry.example.");
        }
    }

    /**
     * Returns the proxies of this program: those in its environment variables {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY},
     * in upper or lower case, or, if they name no proxy, those in the docker config.
     *
     * @return the default
     */
    public static Proxies inherit() {
        return new Proxies(true, "", "", List.of());
    }

    /**
     * Returns no proxy, whatever proxies this program has.
     *
     * @return no proxies
     */
    public static Proxies none() {
        return new Proxies(false, "", "", List.of());
    }

    /**
     * Returns one proxy for all requests.
     *
     * @param address an address that the daemon container reaches, such as {@code http://proxy.example:3128}
     * @param exceptions names, addresses and networks that are reached without it
     * @return the proxies
     * @throws IllegalArgumentException if the address is not that of a proxy, or an exception is not a single name, address or network
     */
    public static Proxies of(URI address, String... exceptions) {
        return new Proxies(false, address.toString(), address.toString(), List.of(exceptions));
    }

    /** {@return a description without the addresses} */
    @Override
    public String toString() {
        return inherited ? "inherited proxies" : http.isEmpty() && https.isEmpty() ? "no proxies" : "own proxies";
    }
}
