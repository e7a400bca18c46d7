package io.nesteddocker.internal.http;

import io.nesteddocker.internal.reach.ClientKeys;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * A server on a real socket that acts as a daemon; a script of the test decides whether it behaves well.
 *
 * <p>Thread-safe.
 */
public final class ScriptedDaemon implements AutoCloseable {

    /** Serves one connection, which is closed when the method returns. */
    @FunctionalInterface
    public interface Script {
        void serve(Visit visit) throws IOException;
    }

    /** The kind of socket on which the daemon listens. */
    public enum Transport {
        UNIX,
        TCP,
        TLS
    }

    private interface Acceptor extends Closeable {
        DaemonConnection accept() throws IOException;
    }

    private final URI uri;
    private final Acceptor acceptor;
    private final Script script;
    private final Thread acceptThread;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<DaemonConnection> open = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    private ScriptedDaemon(URI uri, Acceptor acceptor, Script script) {
        this.uri = uri;
        this.acceptor = acceptor;
        this.script = script;
        this.acceptThread = daemonThread(this::acceptAll, "scripted-daemon");
    }

    public static ScriptedDaemon on(Transport transport, TlsMaterial tls, Script script) throws IOException {
        return switch (transport) {
            case UNIX -> onUnix(freeSocketFile(), script);
            case TCP -> onTcp(script);
            case TLS -> onTls(serverContext(tls), script);
        };
    }

    /** Returns a path directly in the temporary folder, because the path of a socket has at most 108 bytes. */
    private static Path freeSocketFile() throws IOException {
        Path file = Files.createTempFile("scripted", ".sock");
        Files.delete(file);
        return file;
    }

    static ScriptedDaemon onUnix(Path socketFile, Script script) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socketFile));
        return new ScriptedDaemon(
                URI.create("unix://" + socketFile),
                new Acceptor() {
                    @Override
                    public DaemonConnection accept() throws IOException {
                        return DaemonConnection.over(server.accept());
                    }

                    @Override
                    public void close() throws IOException {
                        server.close();
                        Files.deleteIfExists(socketFile);
                    }
                },
                script);
    }

    static ScriptedDaemon onTcp(Script script) throws IOException {
        return onServerSocket(new ServerSocket(), script);
    }

    static ScriptedDaemon onTls(SSLContext context, Script script) throws IOException {
        SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
        server.setNeedClientAuth(true);
        return onServerSocket(server, script);
    }

    private static ScriptedDaemon onServerSocket(ServerSocket server, Script script) throws IOException {
        server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return new ScriptedDaemon(
                URI.create("tcp://127.0.0.1:" + server.getLocalPort()),
                new Acceptor() {
                    @Override
                    public DaemonConnection accept() throws IOException {
                        Socket socket = server.accept();
                        // Closing a TLS socket at once would discard data that the client has not read yet.
                        return DaemonConnection.over(socket, socket);
                    }

                    @Override
                    public void close() throws IOException {
                        server.close();
                    }
                },
                script);
    }

    static SSLContext serverContext(TlsMaterial tls) {
        return TlsMaterial.contextFromPem(tls.caPem(), tls.serverCertPem(), tls.serverKeyPem());
    }

    static SSLContext clientContext(Transport transport, TlsMaterial tls) {
        return transport == Transport.TLS ? ClientKeys.of(tls).context() : null;
    }

    private void acceptAll() {
        try {
            while (true) {
                DaemonConnection connection = acceptor.accept();
                connections.incrementAndGet();
                open.add(connection);
                daemonThread(() -> serve(connection), "scripted-visit");
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(DaemonConnection connection) {
        try (connection) {
            script.serve(new Visit(connection));
        } catch (IOException e) {
            // Clients in these tests may close the connection at any time.
        } finally {
            open.remove(connection);
        }
    }

    private static Thread daemonThread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    public URI uri() {
        return uri;
    }

    int connections() {
        return connections.get();
    }

    /** Returns the first lines of all requests so far, without the HTTP version. */
    List<String> requests() {
        return requests;
    }

    /** Closes all connections and continues to listen. */
    void dropConnections() throws IOException {
        for (DaemonConnection connection : open) {
            connection.close();
        }
    }

    @Override
    public void close() {
        try {
            acceptor.close();
            // The socket continues to listen until the thread in accept() has returned.
            acceptThread.join();
            dropConnections();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One connection, from the daemon's point of view. */
    public final class Visit {

        final DaemonConnection connection;
        final InputStream input;
        final OutputStream output;
        private String request = "";

        Visit(DaemonConnection connection) {
            this.connection = connection;
            this.input = new BufferedInputStream(connection.input());
            this.output = connection.output();
        }

        /** Reads a request and its body; returns false if the client has closed the connection. */
        public boolean readRequest() throws IOException {
            return readHead() != null;
        }

        /** Reads the next request and returns its body. */
        String readRequestBody() throws IOException {
            return readHead();
        }

        /** Returns the first line of the request that was read last, without the HTTP version. */
        String request() {
            return request;
        }

        private String readHead() throws IOException {
            String first;
            try {
                first = HttpHead.readLine(input);
            } catch (java.io.EOFException e) {
                return null;
            }
            request = first.replace(" HTTP/1.1", "");
            requests.add(request);
            int length = 0;
            boolean chunked = false;
            String line;
            while (!(line = HttpHead.readLine(input)).isEmpty()) {
                String lower = line.toLowerCase(java.util.Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
                chunked |= lower.equals("transfer-encoding: chunked");
            }
            InputStream body = chunked ? new ChunkedBody(input) : new FixedLengthBody(input, length);
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }

        void write(String text) throws IOException {
            output.write(text.getBytes(StandardCharsets.UTF_8));
            output.flush();
        }

        public void answer(int status, String type, String body) throws IOException {
            write("HTTP/1.1 " + status + " Status\r\nContent-Type: " + type + "\r\nContent-Length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\nApi-Version: 1.41\r\n\r\n"
                    + (request.startsWith("HEAD ") ? "" : body));
        }

        public void json(int status, String body) throws IOException {
            answer(status, "application/json", body);
        }

        /** Answers with status 204, which has no body. */
        void noContent() throws IOException {
            write("HTTP/1.1 204 No Content\r\nApi-Version: 1.41\r\n\r\n");
        }

        /** Begins an answer whose length is not known; {@link #chunk} and {@link #endChunks} send its body. */
        void beginChunks(String type) throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Type: " + type
                    + "\r\nTransfer-Encoding: chunked\r\nApi-Version: 1.41\r\n\r\n");
        }

        void chunk(byte[] content, int offset, int length) throws IOException {
            write(Integer.toHexString(length) + "\r\n");
            output.write(content, offset, length);
            write("\r\n");
        }

        void endChunks() throws IOException {
            write("0\r\n\r\n");
        }

        void switchProtocols() throws IOException {
            write("HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\n"
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        }

        /** Reads all that the client sends until it ends its output. */
        String readToEnd() throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            input.transferTo(all);
            return all.toString(StandardCharsets.UTF_8);
        }

        /** Waits until the client closes the connection or ends its output. */
        void awaitEnd() throws IOException {
            input.transferTo(OutputStream.nullOutputStream());
        }

        /** Ends the output, so that the client can read all of it before the connection is closed. */
        void endOutput() throws IOException {
            connection.closeOutput();
        }
    }
}
