package io.nesteddocker.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP server on the loopback address that is not a Docker engine: it gives all clients the same answer, or none. */
public final class FixedAnswerServer implements AutoCloseable {

    private final ServerSocket server;
    private final List<Socket> visitors = new CopyOnWriteArrayList<>();

    private FixedAnswerServer(String answer, boolean hangsUp) throws IOException {
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> serve(answer, hangsUp), "one-answer-" + server.getLocalPort());
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts a server that sends each client the same answer and closes the connection. */
    public static FixedAnswerServer always(String answer) throws IOException {
        return new FixedAnswerServer(answer, true);
    }

    /** Starts a server that accepts each connection and never answers. */
    public static FixedAnswerServer never() throws IOException {
        return new FixedAnswerServer("", false);
    }

    /** Returns the address of the server. */
    public URI uri() {
        return URI.create("tcp://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket visitor : visitors) {
            visitor.close();
        }
    }

    private void serve(String answer, boolean hangsUp) {
        while (!server.isClosed()) {
            try {
                Socket visitor = server.accept();
                visitors.add(visitor);
                if (!answer.isEmpty()) {
                    visitor.getInputStream().read();
                    visitor.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
                    visitor.getOutputStream().flush();
                    visitor.shutdownOutput();
                    visitor.getInputStream().readAllBytes();
                }
                if (hangsUp) {
                    visitor.close();
                }
            } catch (IOException e) {
                // The client has closed the connection, or the server was closed, which ends the loop.
                continue;
            }
        }
    }
}
