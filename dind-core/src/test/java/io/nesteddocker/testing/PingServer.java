package io.nesteddocker.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** A server that answers {@code GET /_ping} as an engine does, and no other request. */
public final class PingServer implements AutoCloseable {

    private static final byte[] OK = {'O', 'K'};

    private final HttpServer server;

    private PingServer(HttpServer server) {
        this.server = server;
    }

    /** Starts a server on a free port of the loopback address. */
    public static PingServer start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/_ping", exchange -> {
            exchange.getResponseHeaders().add("Api-Version", "1.45");
            exchange.sendResponseHeaders(200, OK.length);
            exchange.getResponseBody().write(OK);
            exchange.close();
        });
        server.start();
        return new PingServer(server);
    }

    /** Returns the address of the server. */
    public URI uri() {
        return URI.create("tcp://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
