package io.nesteddocker;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The proxies through which the daemon reaches registries.
 *
 * <p>Immutable and thread-safe. No method but {@link #http()} and {@link #https()} tells a password that is in an address.
 *
 * @param inherited whether they are those of this program when a daemon starts; then the rest is empty
 * @param http the proxy for plain requests, or the empty string for none
 * @param https the proxy for requests over TLS, or the empty string for none
 * @param exceptions names, addresses and networks that are reached without a proxy, besides those that the library knows
 */
public record Proxies(boolean inherited, String http, String https, List<String> exceptions) {

    private static final Pattern ADDRESS = Pattern.compile("(?i)(https?|socks5)://[^\\s/?#]+/?");

    /**
     * Checks the addresses.
     *
     * @param inherited whether they are those of this program
     * @param http the proxy for plain requests, or the empty string
     * @param https the proxy for requests over TLS, or the empty string
     * @param exceptions what is reached without a proxy
     * @throws IllegalArgumentException if an address is none; the message does not show it, for it may have a password in it
     */
    public Proxies {
        exceptions = List.copyOf(exceptions);
        for (String address : List.of(http, https)) {
            if (!address.isEmpty() && !ADDRESS.matcher(address).matches()) {
                throw new IllegalArgumentException("Tried to use a proxy for the daemon but its address is not one;"
                        + " give one such as http://proxy.example:3128.");
            }
        }
        if (exceptions.stream().anyMatch(exception -> !exception.matches("[^\\s,]+"))) {
            throw new IllegalArgumentException(
                    "Tried to reach " + exceptions
                            + " without a proxy but these are single names, addresses or networks; give such as registry.example.");
        }
    }

    /**
     * Those of this program: its variables {@code HTTP_PROXY}, {@code HTTPS_PROXY} and {@code NO_PROXY}, in capitals or not, and where
     * there are none, those of the docker config.
     *
     * @return the default
     */
    public static Proxies inherit() {
        return new Proxies(true, "", "", List.of());
    }

    /**
     * No proxy, whatever this program has.
     *
     * @return no proxies
     */
    public static Proxies none() {
        return new Proxies(false, "", "", List.of());
    }

    /**
     * One proxy for all requests.
     *
     * @param address an address that the daemon container reaches, such as {@code http://proxy.example:3128}
     * @param exceptions names, addresses and networks that are reached without it
     * @return the proxies
     * @throws IllegalArgumentException if the address is none
     */
    public static Proxies of(URI address, String... exceptions) {
        return new Proxies(false, address.toString(), address.toString(), List.of(exceptions));
    }

    /** {@return what there is, without the addresses} */
    @Override
    public String toString() {
        return inherited ? "inherited proxies" : http.isEmpty() && https.isEmpty() ? "no proxies" : "own proxies";
    }
}
