package io.nesteddocker.examples;

import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Builds an image with a secret by {@code docker buildx build} in a nested daemon, and starts a Compose project from the same folder there.
 *
 * <p>The {@code docker} command must be on the PATH, with the plugins for Compose and Buildx.
 */
public final class ComposeAndBuild {

    private ComposeAndBuild() {}

    /**
     * Runs the example.
     *
     * @param args the folder of the project, {@code examples/src/main/project} by default
     */
    public static void main(String[] args) throws Exception {
        composeAndBuild(Path.of(args.length > 0 ? args[0] : "examples/src/main/project"));
    }

    // tag::main[]
    private static void composeAndBuild(Path project) throws Exception {
        try (NestedDocker docker =
                NestedDocker.builder().images("busybox:1.36").publishPorts().start()) {
            run(docker, project, "buildx", "build", "--secret", "id=token,env=TOKEN", "--tag", "team/web:1", ".");
            run(docker, project, "compose", "up", "--wait");

            InetSocketAddress web = docker.publishedPort("shop-web-1", 80);
            try (InputStream page = URI.create("http://localhost:" + web.getPort() + "/fingerprint.txt")
                    .toURL()
                    .openStream()) {
                System.out.println(
                        "The service answered " + new String(page.readAllBytes(), StandardCharsets.UTF_8).strip());
            }
        }
    }

    private static void run(NestedDocker docker, Path folder, String... arguments) throws Exception {
        ProcessBuilder command =
                new ProcessBuilder("docker").directory(folder.toFile()).inheritIO();
        command.command().addAll(List.of(arguments));
        command.environment().putAll(docker.endpoint().environment());
        command.environment().putIfAbsent("TOKEN", "hunter2");
        int exitCode = command.start().waitFor();
        if (exitCode != 0) {
            throw new IOException(command.command() + " ended with exit code " + exitCode);
        }
    }
    // end::main[]
}
