package io.nesteddocker.examples;

import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.util.List;

/** Runs the {@code docker} command against an inner engine. The command must be on the PATH. */
public final class DockerCliAgainstIt {

    private DockerCliAgainstIt() {}

    /**
     * Runs the example.
     *
     * @param args not used
     */
    public static void main(String[] args) throws Exception {
        // tag::main[]
        String image = ExampleImage.name();
        try (NestedDocker docker = NestedDocker.builder().images(image).port(0).start()) {
            System.out.println("DOCKER_HOST is " + docker.endpoint().dockerHost());

            run(docker, "docker", "version", "--format", "The docker command found engine {{.Server.Version}}");
            run(docker, "docker", "run", "--rm", image, "echo", "Hello from docker run");
            run(docker, "docker", "image", "ls", "--format", "The inner engine has the image {{.Repository}}:{{.Tag}}");
        }
        // end::main[]
    }

    // tag::run[]
    private static void run(NestedDocker docker, String... command) throws IOException, InterruptedException {
        ProcessBuilder process = new ProcessBuilder(command).inheritIO();
        process.environment().putAll(docker.endpoint().environment());
        int exitCode = process.start().waitFor();
        if (exitCode != 0) {
            throw new IllegalStateException(List.of(command) + " ended with exit code " + exitCode);
        }
    }
    // end::run[]
}
