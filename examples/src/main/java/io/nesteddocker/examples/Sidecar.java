package io.nesteddocker.examples;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.Endpoint;
import io.nesteddocker.NestedDocker;
import java.util.List;

/** Runs a container beside a daemon container, on the same network of the outer engine; it uses the daemon by TLS. */
public final class Sidecar {

    private static final String NETWORK =
            "nested-docker-example-" + ProcessHandle.current().pid();

    private Sidecar() {}

    /**
     * Runs the example.
     *
     * @param args not used
     */
    public static void main(String[] args) throws Exception {
        String image = ExampleImage.name();
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            outer.createNetworkCmd().withName(NETWORK).exec();
            try {
                run(outer, image);
            } finally {
                outer.removeNetworkCmd(NETWORK).exec();
            }
        }
    }

    // tag::main[]
    private static void run(DockerClient outer, String image) throws InterruptedException {
        try (NestedDocker docker = NestedDocker.builder()
                .outer(outer)
                .network(NETWORK)
                .listenOnNetworks()
                .images(image)
                .start()) {
            Endpoint.Neighbour endpoint = docker.endpointFor(NETWORK);

            String neighbour =
                    create(outer, endpoint, "docker", "run", "--rm", image, "echo", "Hello from the sidecar");
            endpoint.copyInto(neighbour);
            System.out.println("With the certificate:    " + output(outer, neighbour));

            String stranger =
                    create(outer, endpoint, "sh", "-c", "DOCKER_TLS_VERIFY= docker --tls --tlscacert= version");
            System.out.println("Without the certificate: " + output(outer, stranger));
        }
    }

    private static String create(DockerClient outer, Endpoint.Neighbour endpoint, String... command) {
        List<String> variables =
                endpoint.environment().entrySet().stream().map(String::valueOf).toList();
        return outer.createContainerCmd(DaemonImage.defaultImage().reference()) // it has the docker command
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode(NETWORK))
                .withEnv(variables)
                .withEntrypoint(command)
                .exec()
                .getId();
    }
    // end::main[]

    /** Starts the container, waits for its end, and removes it. */
    private static String output(DockerClient outer, String container) throws InterruptedException {
        try {
            outer.startContainerCmd(container).exec();
            return ContainerOutput.of(outer, container);
        } finally {
            outer.removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
        }
    }
}
