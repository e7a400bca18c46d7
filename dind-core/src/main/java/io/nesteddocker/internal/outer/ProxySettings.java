package io.nesteddocker.internal.outer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.Proxies;
import io.nesteddocker.internal.UserFolders;
import io.nesteddocker.internal.options.Options;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The proxies that this program is configured to use, if a daemon container can use them. Immutable and thread-safe. */
public final class ProxySettings {

    private static final Logger LOG = LoggerFactory.getLogger(ProxySettings.class);
    private static final Set<String> VARIABLES = Set.of("http_proxy", "https_proxy");

    private final Map<String, String> environment;
    private final Path dockerConfig;

    ProxySettings(Map<String, String> environment, Path dockerConfig) {
        this.environment = environment;
        this.dockerConfig = dockerConfig;
    }

    /** Returns the proxies of this process. */
    public static ProxySettings ofThisProcess() {
        return new ProxySettings(System.getenv(), UserFolders.dockerConfig().resolve("config.json"));
    }

    /** Returns the proxies for a daemon. */
    public Proxies resolve(Options options) {
        Proxies said = options.network().proxies();
        boolean byVariable = options.container().environment().keySet().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(VARIABLES::contains);
        if (!said.inherited()) {
            return said;
        }
        return byVariable ? Proxies.none() : inherited();
    }

    private Proxies inherited() {
        String http = variable("HTTP_PROXY");
        String https = variable("HTTPS_PROXY");
        if (!http.isEmpty() || !https.isEmpty()) {
            return proxies(http, https, variable("NO_PROXY"));
        }
        JsonNode config = config().path("proxies").path("default");
        return proxies(
                config.path("httpProxy").asText(""),
                config.path("httpsProxy").asText(""),
                config.path("noProxy").asText(""));
    }

    private String variable(String name) {
        String value = environment.get(name);
        return Objects.requireNonNullElse(
                value == null || value.isBlank() ? environment.get(name.toLowerCase(Locale.ROOT)) : value, "");
    }

    private JsonNode config() {
        ObjectMapper json = new ObjectMapper();
        try {
            return Files.isReadable(dockerConfig) ? json.readTree(dockerConfig.toFile()) : json.createObjectNode();
        } catch (IOException e) {
            LOG.debug(
                    "The proxies of the docker config can't be read: {}",
                    e.getClass().getSimpleName());
            return json.createObjectNode();
        }
    }

    private static Proxies proxies(String http, String https, String exceptions) {
        Proxies proxies = Proxies.none()
                .except(Arrays.stream(exceptions.split("[,\\s]+", -1))
                        .filter(name -> !name.isEmpty())
                        .toArray(String[]::new));
        Proxies withHttp = reachable(http, proxies, proxies::http);
        return reachable(https, withHttp, withHttp::https);
    }

    /**
     * Adds a proxy if the daemon container can reach it. A loopback address of this machine means another machine there, and an invalid
     * address is useless; both are logged.
     */
    private static Proxies reachable(String address, Proxies without, Function<URI, Proxies> with) {
        if (address.isBlank()) {
            return without;
        }
        try {
            URI whole = URI.create(address.contains("://") ? address : "http://" + address);
            String host = Objects.requireNonNullElse(whole.getHost(), "");
            if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
                LOG.warn(
                        "This program has a proxy on {}, which a daemon container can't reach, so the daemon uses no proxy;"
                                + " set proxies(..) to Proxies.of(..) with an address that containers can reach, or to Proxies.none()",
                        host);
                return without;
            }
            return with.apply(whole);
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "The address of this program's proxy is not valid, so the daemon uses no proxy; check HTTP_PROXY and HTTPS_PROXY");
            return without;
        }
    }
}
