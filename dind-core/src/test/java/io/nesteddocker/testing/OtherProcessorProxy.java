package io.nesteddocker.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.assertj.core.api.Assumptions;

/**
 * The outer engine behind a proxy that changes the processor architecture in its answers. The proxy supports only requests without a body,
 * which is enough until a container is created.
 */
public final class OtherProcessorProxy implements AutoCloseable {

    private static final String UNIX = "unix://";

    private final ServerSocket server;
    private final String processor;

    private OtherProcessorProxy(String processor) throws IOException {
        this.processor = processor;
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "other-processor");
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts a proxy that shows an engine on a processor with that name. */
    public static OtherProcessorProxy named(String processor) throws IOException {
        Assumptions.assumeThat(OuterTestEngine.address())
                .as("the address of the outer engine, which the proxy reaches by its socket")
                .startsWith(UNIX);
        return new OtherProcessorProxy(processor);
    }

    /** Returns the address of the proxy. */
    public URI uri() {
        return URI.create("tcp://127.0.0.1:" + server.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread thread = new Thread(() -> answer(client), "other-processor connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                // The server was closed, which ends the loop.
                continue;
            }
        }
    }

    private void answer(Socket client) {
        Path socket = Path.of(OuterTestEngine.address().substring(UNIX.length()));
        try (client;
                SocketChannel engine = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String request = head(client.getInputStream());
            if (request.isEmpty()) {
                return;
            }
            String oneShot = request.replaceFirst(" HTTP/1.1\r\n", " HTTP/1.0\r\n")
                    .replaceFirst("(?i)\r\nConnection: [^\r]*", "");
            engine.write(ByteBuffer.wrap(oneShot.getBytes(StandardCharsets.UTF_8)));
            String answer = new String(Channels.newInputStream(engine).readAllBytes(), StandardCharsets.UTF_8);
            String changed = answer.replaceFirst("^HTTP/1.0", "HTTP/1.1")
                    .replaceFirst("(?i)\r\nContent-Length: [0-9]+", "\r\nConnection: close")
                    .replaceAll("\"Architecture\":\"[^\"]*\"", "\"Architecture\":\"" + processor + "\"");
            client.getOutputStream().write(changed.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The client sees that the connection ends.
            return;
        }
    }

    private static String head(InputStream from) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int next = from.read();
            if (next < 0) {
                return "";
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.UTF_8);
    }
}
