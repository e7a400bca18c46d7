package io.nesteddocker.internal.reach;

import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.inner.InnerEngine;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Serves an inner API, which only this program can reach, to other programs on a Unix socket. Thread-safe. */
public final class ApiSocket {

    private ApiSocket() {}

    /** Serves the API until the result is closed. The permissions of the socket's folder determine who may use it. */
    public static Closeable serve(InnerEngine inner, String name, Path socket) throws IOException {
        return StreamServer.listen(
                "nested-docker-api " + name, UnixDomainSocketAddress.of(socket), new StreamServer.Destination() {
                    @Override
                    public DaemonConnection open() throws IOException {
                        return inner.connect();
                    }

                    @Override
                    public void refuse(SocketChannel client, IOException reason) throws IOException {
                        byte[] answer = unavailable(
                                "The inner engine of " + name + " can't be reached: " + reason.getMessage());
                        client.write(ByteBuffer.wrap(answer));
                    }
                });
    }

    /** Creates an error response whose message Docker clients print. */
    private static byte[] unavailable(String reason) {
        String json = "{\"message\":\"" + reason.replaceAll("[\\\\\"\\p{Cntrl}]", "'") + "\"}";
        int length = json.getBytes(StandardCharsets.UTF_8).length;
        return ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                        + length + "\r\n\r\n" + json)
                .getBytes(StandardCharsets.UTF_8);
    }
}
