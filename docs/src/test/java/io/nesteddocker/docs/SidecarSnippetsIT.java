package io.nesteddocker.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.nesteddocker.ConnectionMode;
import io.nesteddocker.DaemonImage;
import io.nesteddocker.Endpoint;
import io.nesteddocker.NestedDocker;
import io.nesteddocker.examples.ContainerOutput;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the Java blocks of docs/sidecar.md that are not part of an example. */
class SidecarSnippetsIT {

    private static final String[] ENGINE = {"docker", "info", "--format", "{{.ID}}"};

    private final String network =
            "nested-docker-docs-" + ProcessHandle.current().pid();

    private DockerClient outer;

    @BeforeEach
    void makeTheNetwork() {
        DockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        outer = DockerClientImpl.getInstance(
                config,
                new ZerodepDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .build());
        outer.createNetworkCmd().withName(network).exec();
    }

    @AfterEach
    void removeTheNetwork() throws Exception {
        outer.removeNetworkCmd(network).exec();
        outer.close();
    }

    @Test
    void aNeighbourThatIsNotRootMountsTheVolume() throws InterruptedException {
        try (NestedDocker docker =
                NestedDocker.builder().network(network).listenOnNetworks().start()) {
            assertThat(output(volume(docker).withUser("1000").withEntrypoint(ENGINE)))
                    .isEqualTo(docker.client().infoCmd().exec().getId());
        }
    }

    private CreateContainerCmd volume(NestedDocker docker) {
        // tag::volume[]
        Endpoint.Neighbour endpoint = docker.endpointFor(network).forUser(1000);
        HostConfig host = HostConfig.newHostConfig()
                .withNetworkMode(network)
                .withBinds(Bind.parse(endpoint.bind())); // the volume, read-only at DOCKER_CERT_PATH
        // end::volume[]
        return request(
                host,
                endpoint.environment().entrySet().stream().map(String::valueOf).toList());
    }

    @Test
    void aNeighbourMountsTheFolderOfTheSocket() throws InterruptedException {
        try (NestedDocker docker = NestedDocker.builder().start()) {
            assumeThat(docker.engine().connection())
                    .as(
                            "how this program reaches the daemon; without a shared folder there is no socket for others to mount")
                    .isEqualTo(ConnectionMode.DIRECT);
            CreateContainerCmd request = socket(docker).withEntrypoint(ENGINE);
            docker.restart();
            assertThat(output(request))
                    .isEqualTo(docker.client().infoCmd().exec().getId());
        }
    }

    private CreateContainerCmd socket(NestedDocker docker) {
        // tag::socket[]
        Path socket = Path.of(docker.endpoint().dockerHost().getPath());
        HostConfig host = HostConfig.newHostConfig().withBinds(Bind.parse(socket.getParent() + ":/nested-docker"));
        List<String> variables = List.of("DOCKER_HOST=unix:///nested-docker/" + socket.getFileName());
        // end::socket[]
        return request(host, variables);
    }

    private CreateContainerCmd request(HostConfig host, List<String> variables) {
        return outer.createContainerCmd(DaemonImage.defaultImage().reference())
                .withHostConfig(host)
                .withEnv(variables);
    }

    private String output(CreateContainerCmd request) throws InterruptedException {
        String container = request.exec().getId();
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
