package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import io.nesteddocker.Endpoint.Neighbour;
import io.nesteddocker.testing.Command.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A second container on a network of the outer engine, with the {@code docker} command and with a daemon as its neighbour. */
public final class OuterNeighbour implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 60;

    private final DockerClient outer;
    private final String id;

    private OuterNeighbour(DockerClient outer, String id) {
        this.outer = outer;
        this.id = id;
    }

    /** Creates, without starting it, a container that runs a command with the variables of an endpoint. */
    public static OuterNeighbour on(
            String network, Neighbour endpoint, UnaryOperator<CreateContainerCmd> more, String... command) {
        DockerClient outer = OuterTestEngine.client();
        CreateContainerCmd request = outer.createContainerCmd(OuterTestEngine.daemonImage())
                .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode(network))
                .withEnv(endpoint.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .toList())
                .withEntrypoint(List.of(command));
        return new OuterNeighbour(outer, more.apply(request).exec().getId());
    }

    /** Runs a command in a container into which the certificate files are copied. */
    public static Outcome withFiles(String network, Neighbour endpoint, String... command) {
        try (OuterNeighbour container = on(network, endpoint, request -> request, command)) {
            endpoint.copyInto(container.id());
            return container.run();
        }
    }

    /** Runs a command in a container that mounts the volume with the certificates. */
    public static Outcome withVolume(String network, Neighbour endpoint, String user, String... command) {
        try (OuterNeighbour container = on(network, endpoint, mounting(network, endpoint, user), command)) {
            return container.run();
        }
    }

    private static UnaryOperator<CreateContainerCmd> mounting(String network, Neighbour endpoint, String user) {
        return request -> request.withUser(user)
                .withHostConfig(
                        HostConfig.newHostConfig().withNetworkMode(network).withBinds(Bind.parse(endpoint.bind())));
    }

    /** Returns the container's ID. */
    public String id() {
        return id;
    }

    /** Starts the container. */
    public void start() {
        outer.startContainerCmd(id).exec();
    }

    /** Starts the container and waits for its end. */
    public Outcome run() {
        start();
        int exitCode = outer.waitContainerCmd(id).start().awaitStatusCode(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new Outcome(exitCode, InnerContainers.log(outer, id));
    }

    @Override
    public void close() {
        OuterTestEngine.removeContainer(id);
    }
}
