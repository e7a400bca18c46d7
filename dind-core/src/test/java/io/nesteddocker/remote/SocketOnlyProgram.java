package io.nesteddocker.remote;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.NestedDockerBuilder;
import io.nesteddocker.OuterEngineException;
import io.nesteddocker.testing.InnerContainers;
import io.nesteddocker.testing.Sockets;
import io.nesteddocker.testing.TinyImage;
import java.io.IOException;

/** A program for tests: it starts a daemon as its argument says, connects to the daemon, and prints the result. */
public final class SocketOnlyProgram {

    private SocketOnlyProgram() {}

    public static void main(String[] args) throws IOException {
        switch (args[0]) {
            case "address" -> address();
            case "port" -> port(NestedDocker.builder().port(0));
            case "insecure-port" -> port(NestedDocker.builder().insecurePort(0));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void address() throws IOException {
        try (NestedDocker docker =
                NestedDocker.builder().connection(ConnectionMode.TUNNEL).start()) {
            TinyImage.into(docker);
            DockerClient inner = docker.client();
            String id = InnerContainers.start(inner, request -> request, "nc", "-ll", "-p", "7", "-e", "echo", "hello");
            System.out.println("SAID " + Sockets.read(docker.addressOf(id, 7)));
        }
    }

    private static void port(NestedDockerBuilder builder) {
        try (NestedDocker docker = builder.start()) {
            System.out.println("ENDPOINT " + docker.endpoint().dockerHost());
            System.out.println("VERSION " + docker.engine().version()
                    + (docker.endpoint().certificatesDirectory() == null ? " by plain TCP" : " by TLS"));
        } catch (OuterEngineException e) {
            System.out.println("REFUSED " + e.getMessage());
        }
    }
}
