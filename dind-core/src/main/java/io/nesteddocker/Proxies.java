package io.nesteddocker;

import io.nesteddocker.internal.Given;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The proxies through which the daemon reaches registries.
 *
 * <p>Immutable and thread-safe. An address may contain a password; only {@link #http()} and {@link #https()} return addresses.
 */
public final class Proxies {

    private static final Pattern ADDRESS = Pattern.compile("(?i)(https?|socks5)://[^\\s/?#]+/?");

    private final boolean inherited;
    private final String http;
    private final String https;
    private final List<String> exceptions;

    private Proxies(boolean inherited, String http, String https, List<String> exceptions) {
        this.inherited = inherited;
        this.http = http;
        this.https = https;
        this.exceptions = exceptions;
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
     * @param exceptions names, addresses and networks that are reached without the proxy
     * @return the proxies
     * @throws IllegalArgumentException if the address is not an address of a proxy, or an element of {@code exceptions} is not a single
     *     name, address or network; the message does not show the proxy's address, because the address may contain a password
     */
    public static Proxies of(URI address, String... exceptions) {
        return none().http(address).https(address).except(exceptions);
    }

    /**
     * Returns a copy that uses the given proxy for plain requests, in place of any earlier one.
     *
     * @param address an address that the daemon container reaches
     * @return a copy, which inherits nothing
     * @throws IllegalArgumentException if the address is not an address of a proxy
     */
    public Proxies http(URI address) {
        return new Proxies(false, checked(address), https, exceptions);
    }

    /**
     * Returns a copy that uses the given proxy for requests over TLS, in place of any earlier one.
     *
     * @param address an address that the daemon container reaches
     * @return a copy, which inherits nothing
     * @throws IllegalArgumentException if the address is not an address of a proxy
     */
    public Proxies https(URI address) {
        return new Proxies(false, http, checked(address), exceptions);
    }

    /**
     * Returns a copy with the given exceptions in place of the earlier ones.
     *
     * @param exceptions names, addresses and networks that are reached without a proxy, besides those that the library adds
     * @return a copy, which inherits nothing
     * @throws IllegalArgumentException if an element of {@code exceptions} is not a single name, address or network
     */
    public Proxies except(String... exceptions) {
        List<String> names = List.of(Given.each(exceptions, "an exception from a proxy"));
        if (names.stream().anyMatch(exception -> !exception.matches("[^\\s,]+"))) {
            throw new IllegalArgumentException(
                    "Tried to reach " + names
                            + " without a proxy but each entry must be one name, address or network; give one such as registry.example.");
        }
        return new Proxies(false, http, https, names);
    }

    private static String checked(URI address) {
        String text = Given.value(address, "the address of a proxy").toString();
        if (!ADDRESS.matcher(text).matches()) {
            throw new IllegalArgumentException("Tried to use a proxy for the daemon but its address is not valid;"
                    + " give one such as http://proxy.example:3128.");
        }
        return text;
    }

    /**
     * Returns whether the daemon uses the proxies that this program has when the daemon starts.
     *
     * @return true for {@link #inherit()}
     */
    public boolean inherited() {
        return inherited;
    }

    /**
     * Returns the proxy for plain requests.
     *
     * @return its address, or the empty string for none
     */
    public String http() {
        return http;
    }

    /**
     * Returns the proxy for requests over TLS.
     *
     * @return its address, or the empty string for none
     */
    public String https() {
        return https;
    }

    /**
     * Returns what is reached without a proxy, besides what the library adds.
     *
     * @return names, addresses and networks
     */
    public List<String> exceptions() {
        return exceptions;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Proxies proxies
                && inherited == proxies.inherited
                && http.equals(proxies.http)
                && https.equals(proxies.https)
                && exceptions.equals(proxies.exceptions);
    }

    @Override
    public int hashCode() {
        return Objects.hash(inherited, http, https, exceptions);
    }

    /**
     * Returns a description without the addresses.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return inherited ? "inherited proxies" : http.isEmpty() && https.isEmpty() ? "no proxies" : "own proxies";
    }
}
