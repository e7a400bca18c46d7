package io.nesteddocker.internal.options;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.Endpoint.PortMapping;
import io.nesteddocker.Endpoint.PublishedPort;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The options for the connections to the outer engine and to the inner engine.
 *
 * @param apiPort the TCP port of the inner API, or none for no port
 * @param mode how this program reaches the inner engine and inner containers
 * @param outerClient the client of the outer engine, if one was given
 * @param outerUri the address of the outer engine, if one was given
 * @param outerContext the name of the docker context of the outer engine, if one was given
 * @param publishing the ports that inner containers publish
 * @param onNetworks whether containers on the daemon container's networks may use the inner API, with mutual TLS
 */
public record ConnectionOptions(
        Optional<ApiPort> apiPort,
        ConnectionMode mode,
        Optional<DockerClient> outerClient,
        Optional<URI> outerUri,
        Optional<String> outerContext,
        PortPublishing publishing,
        boolean onNetworks) {

    static final ConnectionOptions DEFAULTS = new ConnectionOptions(
            Optional.empty(),
            ConnectionMode.AUTOMATIC,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            PortPublishing.NONE,
            false);

    private static final Set<String> OUTER_SCHEMES = Set.of("unix", "npipe", "tcp", "http", "https", "ssh");

    /**
     * A TCP port for the inner API.
     *
     * @param number the port of the outer host, or 0 for any free port
     * @param encrypted whether the port requires mutual TLS
     */
    public record ApiPort(int number, boolean encrypted) {}

    /** Returns the same options with a port of the inner API. */
    public ConnectionOptions port(int port, boolean encrypted) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("Tried to use the port " + port
                    + " but ports are numbers from 1 to 65535; give one of these, or 0 for any free port.");
        }
        return new ConnectionOptions(
                Optional.of(new ApiPort(port, encrypted)),
                mode,
                outerClient,
                outerUri,
                outerContext,
                publishing,
                onNetworks);
    }

    /** Returns the same options for a daemon whose API also listens on its networks. */
    public ConnectionOptions onItsNetworks() {
        return new ConnectionOptions(apiPort, mode, outerClient, outerUri, outerContext, publishing, true);
    }

    /** Returns whether the inner API listens with mutual TLS, on a published port or not. */
    public boolean servesTls() {
        return onNetworks || apiPort.filter(ApiPort::encrypted).isPresent();
    }

    /** Returns the same options with another mode. */
    public ConnectionOptions mode(ConnectionMode chosen) {
        return new ConnectionOptions(apiPort, chosen, outerClient, outerUri, outerContext, publishing, onNetworks);
    }

    /** Returns the same options with the outer engine of this client. */
    public ConnectionOptions outer(DockerClient client) {
        return new ConnectionOptions(
                apiPort, mode, Optional.of(client), Optional.empty(), Optional.empty(), publishing, onNetworks);
    }

    /** Returns the same options with the outer engine at this address. */
    public ConnectionOptions outer(URI uri) {
        if (uri.getScheme() == null || !OUTER_SCHEMES.contains(uri.getScheme())) {
            throw new IllegalArgumentException(
                    "Tried to use the outer engine at \"" + uri
                            + "\" but its scheme is not known here; give unix:///..., npipe:////..., ssh://user@host or tcp://host:port.");
        }
        return new ConnectionOptions(
                apiPort, mode, Optional.empty(), Optional.of(uri), Optional.empty(), publishing, onNetworks);
    }

    /** Returns the same options with this mapping for the ports that inner containers publish. */
    public ConnectionOptions publish(PortMapping mapping, Optional<Consumer<PublishedPort>> listener) {
        return new ConnectionOptions(
                apiPort, mode, outerClient, outerUri, outerContext, new PortPublishing(mapping, listener), onNetworks);
    }

    /** Returns the same options with the outer engine of this docker context. */
    public ConnectionOptions outerContext(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("Tried to use the outer engine of the docker context \"" + name
                    + "\" but the name is blank; give one that `docker context ls` lists.");
        }
        return new ConnectionOptions(
                apiPort, mode, Optional.empty(), Optional.empty(), Optional.of(name), publishing, onNetworks);
    }

    /** Returns the same options with the outer engine of other options. */
    ConnectionOptions outerOf(ConnectionOptions others) {
        return new ConnectionOptions(
                apiPort, mode, others.outerClient, others.outerUri, others.outerContext, publishing, onNetworks);
    }

    @Override
    public String toString() {
        return "connection=" + mode
                + apiPort.map(port -> (port.encrypted() ? ", port=" : ", insecurePort=") + port.number())
                        .orElse("")
                + (onNetworks ? ", listenOnNetworks" : "")
                + outerUri.map(uri ->
                                ", outer=" + uri.getScheme() + "://" + Objects.requireNonNullElse(uri.getHost(), ""))
                        .orElse(outerClient.isPresent() ? ", outer=a client" : "")
                + outerContext.map(name -> ", outerContext=" + name).orElse("")
                + (publishing.isOn() ? ", publishPorts=" + publishing.mapping() : "");
    }
}
