package io.nesteddocker.examples;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.NestedDocker;

/** Starts a Docker daemon inside the engine that you have, runs a container in that daemon, and prints the IDs of both containers. */
public final class QuickStart {

    private QuickStart() {}

    /**
     * Runs the example.
     *
     * @param args not used
     */
    public static void main(String[] args) throws Exception {
        // tag::main[]
        String image = ExampleImage.name();
        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            DockerClient inner = docker.client();
            String innerId = inner.createContainerCmd(image)
                    .withCmd("sh", "-c", "echo Hello from $(hostname)")
                    .exec()
                    .getId();
            inner.startContainerCmd(innerId).exec();
            inner.waitContainerCmd(innerId).start().awaitStatusCode();

            System.out.println("Your engine runs the daemon container " + docker.daemonContainerId());
            System.out.println("The daemon inside ran the container   " + innerId);
            System.out.println("The inner container printed           " + ContainerOutput.of(inner, innerId));
        }
        // end::main[]
    }
}
