package io.nesteddocker.examples;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.nesteddocker.NestedDocker;

/** Starts a daemon on the engine of a docker-java client that the program already has, and continues to use that client. */
public final class WithYourOwnClient {

    private WithYourOwnClient() {}

    /**
     * Runs the example.
     *
     * @param args not used
     */
    public static void main(String[] args) throws Exception {
        // tag::main[]
        String image = ExampleImage.name();
        try (DockerClient outer = outerClient()) {
            try (NestedDocker docker =
                    NestedDocker.builder().outer(outer).images(image).start()) {
                docker.client().createContainerCmd(image).exec();

                System.out.println(
                        "The outer engine sees the daemon container: " + sees(outer, docker.daemonContainerId()));
                System.out.println("The inner engine sees it:                   "
                        + sees(docker.client(), docker.daemonContainerId()));
                System.out.println("Containers that the inner engine has:       "
                        + docker.client()
                                .listContainersCmd()
                                .withShowAll(true)
                                .exec()
                                .size());
            }
            outer.pingCmd().exec();
            System.out.println("The client that was passed to outer(..) is still open.");
        }
        // end::main[]
    }

    /** Creates a client with docker-java's own defaults: it uses DOCKER_HOST, the docker context, or the usual socket. */
    // tag::client[]
    static DockerClient outerClient() {
        DockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        return DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .build());
    }
    // end::client[]

    private static boolean sees(DockerClient engine, String containerId) {
        return engine.listContainersCmd().withShowAll(true).exec().stream()
                .anyMatch(container -> container.getId().equals(containerId));
    }
}
