package blackbox;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Starts a daemon on an outer engine that answers pings and refuses everything else, and prints what comes of it. */
public final class Main {

    private static final String PONG =
            "HTTP/1.1 200 OK\r\nApi-Version: 1.43\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK";

    private static final String REFUSAL = "{\"message\":\"this engine refuses\"}";

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        System.out.println("library is " + NestedDocker.class.getModule());
        System.out.println("client is " + DockerClient.class.getModule());
        System.out.println("internal is exported: "
                + NestedDocker.class.getModule().isExported("io.nesteddocker.internal.launch"));
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answer(server));
            thread.setDaemon(true);
            thread.start();
            URI outer = URI.create("tcp://127.0.0.1:" + server.getLocalPort());
            try (NestedDocker docker = NestedDocker.builder().outer(outer).start()) {
                System.out.println("started " + docker);
            } catch (NestedDockerException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    private static void answer(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
                String request = in.readLine();
                while (!in.readLine().isEmpty()) {}
                String answer = request.contains("/_ping")
                        ? PONG
                        : "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: "
                                + REFUSAL.length() + "\r\nConnection: close\r\n\r\n" + REFUSAL;
                OutputStream out = socket.getOutputStream();
                out.write(answer.getBytes(StandardCharsets.US_ASCII));
                out.flush();
            } catch (IOException e) {
                return;
            }
        }
    }
}
