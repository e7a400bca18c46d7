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
        long begun = System.nanoTime();
        try (NestedDocker docker = NestedDocker.builder().images(image).start()) {
            System.out.printf("The new Docker daemon answered after  %.1f s%n", (System.nanoTime() - begun) / 1e9);
            System.out.println("Your engine runs the daemon container " + shortened(docker.daemonContainerId()));

            DockerClient inner = docker.client();
            String innerId = inner.createContainerCmd(image)
                    .withCmd("sh", "-c", "echo Hello from $(hostname)")
                    .exec()
                    .getId();
            inner.startContainerCmd(innerId).exec();
            inner.waitContainerCmd(innerId).start().awaitStatusCode();

            System.out.println("The daemon inside ran the container   " + shortened(innerId));
            System.out.println("The inner container printed           " + ContainerOutput.of(inner, innerId));
        }
        System.out.println("The daemon is gone, with everything in it.");
        // end::main[]
    }

    /** The form of an ID that the docker command prints. */
    private static String shortened(String containerId) {
        return containerId.substring(0, 12);
    }
}
