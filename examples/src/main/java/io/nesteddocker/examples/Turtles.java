package io.nesteddocker.examples;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Starts daemons inside daemons. Each level runs a container, and this program reaches the API and a container's port on each level. */
public final class Turtles {

    private static final int DEPTH = 5;

    private Turtles() {}

    /**
     * Runs the example.
     *
     * @param args the depth, 5 by default
     */
    public static void main(String[] args) throws Exception {
        int depth = args.length == 0 ? DEPTH : Integer.parseInt(args[0]);
        // tag::main[]
        String[] images = {DaemonImage.defaultImage().reference(), ExampleImage.name()};
        try (NestedDocker top = NestedDocker.builder().images(images).start()) {
            NestedDocker docker = top;
            visit(docker, images[1]);
            for (int level = 2; level <= depth; level++) {
                docker = docker.nest().images(images).start();
                visit(docker, images[1]);
            }
            System.out.println(top.topology().text());
            System.out.println(top.topology().mermaid());
        }
        // end::main[]
    }

    // tag::visit[]
    private static void visit(NestedDocker docker, String image) throws IOException {
        DockerClient inner = docker.client();
        String id = inner.createContainerCmd(image)
                .withName("turtle")
                .withCmd(
                        "nc",
                        "-ll",
                        "-p",
                        "7",
                        "-e",
                        "echo",
                        "Hello from depth " + docker.engine().depth())
                .exec()
                .getId();
        inner.startContainerCmd(id).exec();
        System.out.println(read(docker.addressOf("turtle", 7)));
    }
    // end::visit[]

    private static String read(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip() + " at "
                    + address;
        }
    }
}
