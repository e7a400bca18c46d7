package io.nesteddocker.benchmarks;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import java.net.URI;
import java.util.Objects;
import java.util.function.Supplier;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.containers.wait.strategy.WaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * The way in which Java programs start a daemon today: a {@code GenericContainer} with the API on a plain TCP port, until the first answer
 * to a docker-java client on that port.
 *
 * @param name the name in the tables
 * @param condition the condition that Testcontainers waits for
 * @param image the daemon image
 * @param outer the outer engine, with the labels for the container
 * @param privilege the privilege of the container
 */
record TestcontainersDaemon(
        String name, Supplier<WaitStrategy> condition, String image, OuterEngine outer, GrantedPrivilege privilege)
        implements Contender {

    private static final int PORT = 2375;
    private static final String WITHOUT_REAPER = "TESTCONTAINERS_RYUK_DISABLED";

    /** Returns a contender that waits until the API answers. */
    static TestcontainersDaemon withHttpWait(String image, OuterEngine outer, GrantedPrivilege privilege) {
        return new TestcontainersDaemon(
                "Testcontainers, HTTP wait", () -> Wait.forHttp("/_ping").forPort(PORT), image, outer, privilege);
    }

    /** Returns a contender that waits until the log shows that the API listens. */
    static TestcontainersDaemon withLogWait(String image, OuterEngine outer, GrantedPrivilege privilege) {
        return new TestcontainersDaemon(
                "Testcontainers, log wait",
                () -> Wait.forLogMessage(".*API listen on.*\\n", 1),
                image,
                outer,
                privilege);
    }

    @Override
    public AutoCloseable start() throws Exception {
        refuseReaper();
        GenericContainer<?> container = container();
        try {
            container.start();
            URI address = URI.create("tcp://" + container.getHost() + ":" + container.getMappedPort(PORT));
            try (DockerClient inner = OuterEngine.innerClient(address)) {
                inner.pingCmd().exec();
            }
            return container;
        } catch (Exception e) {
            container.stop();
            throw e;
        }
    }

    /** Requires that the environment disables Ryuk, as no API can. Its image may be missing, and pulling it may fail only after minutes. */
    private static void refuseReaper() {
        if (!Boolean.parseBoolean(System.getenv(WITHOUT_REAPER))) {
            throw new IllegalStateException(
                    "set " + WITHOUT_REAPER + "=true as ./dev bench does, because the reaper is a"
                            + " container of its own and the benchmark cleans up by itself");
        }
    }

    // The entrypoint is replaced, because that of our own image would run our start script.
    private GenericContainer<?> container() {
        return new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(PORT)
                .withLabels(outer.labels())
                .waitingFor(condition.get())
                .withCreateContainerCmdModifier(request -> {
                    HostConfig host = Objects.requireNonNull(request.getHostConfig());
                    privilege.giveTo(host);
                    request.withEntrypoint(privilege.dockerd("--host=tcp://0.0.0.0:" + PORT, "--tls=false"))
                            .withCmd();
                });
    }
}
