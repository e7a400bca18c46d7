package io.nesteddocker;

import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Starts a daemon on the engine that its environment names, uses it and says what came of it; for tests of engines that are far away. */
public final class RemoteProgram {

    private RemoteProgram() {}

    public static void main(String[] args) throws IOException {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            System.out.println("LINK " + docker.engine().link());
            TinyImage.into(docker);
            System.out.println("OUTPUT " + InnerContainers.output(docker.client(), "echo", "hello"));
            String id = InnerContainers.start(
                    docker.client(), request -> request, "nc", "-ll", "-p", "7", "-e", "echo", "from a port");
            try (Socket socket = new Socket()) {
                socket.connect(docker.addressOf(id, 7));
                System.out.print(
                        "PORT " + new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            }
        }
        System.out.println("DONE");
    }
}
