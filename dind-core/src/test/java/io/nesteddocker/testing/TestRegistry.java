package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import io.nesteddocker.internal.tar.TarArchive;
import io.nesteddocker.internal.tls.TlsMaterial;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real registry in a container on a network of the outer engine; {@code ./dev test} builds its image. */
public final class TestRegistry implements AutoCloseable {

    /** The user of a registry with a password. */
    public static final String USER = "tester";

    private static final String IMAGE = "nested-docker-test:registry";
    private static final int PORT = 5000;
    private static final ExposedPort API = ExposedPort.tcp(PORT);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String container;
    private final String name;

    private TestRegistry(String container, String name) {
        this.container = container;
        this.name = name;
    }

    /** Starts a registry without TLS and without a password. */
    public static TestRegistry plain(String network, String alias) {
        return start(network, List.of(alias), new TarArchive());
    }

    /** Starts a registry with TLS, under one or more names, that requires the password of {@link #USER}. */
    public static TestRegistry secured(String network, TlsMaterial tls, String password, String... aliases) {
        return start(
                network,
                List.of(aliases),
                new TarArchive()
                        .file("registry/cert.pem", 0600, tls.serverCertPem())
                        .file("registry/key.pem", 0600, tls.serverKeyPem())
                        .file("registry/password", 0600, password.getBytes(StandardCharsets.UTF_8)));
    }

    private static TestRegistry start(String network, List<String> aliases, TarArchive files) {
        DockerClient outer = OuterTestEngine.client();
        String container;
        try {
            container = outer.createContainerCmd(IMAGE)
                    .withAliases(aliases)
                    .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                    .withExposedPorts(API)
                    .withHostConfig(HostConfig.newHostConfig()
                            .withNetworkMode(network)
                            .withPortBindings(new PortBinding(Ports.Binding.bindIp("127.0.0.1"), API)))
                    .exec()
                    .getId();
        } catch (NotFoundException e) {
            throw new IllegalStateException("The outer engine has no " + IMAGE + "; ./dev test makes it.", e);
        }
        TestRegistry registry = new TestRegistry(container, aliases.get(0) + ":" + PORT);
        outer.copyArchiveToContainerCmd(container)
                .withRemotePath("/")
                .withTarInputStream(new ByteArrayInputStream(files.toBytes()))
                .exec();
        outer.startContainerCmd(container).exec();
        if (!Eventually.holds(PATIENCE, () -> registry.log().contains("listening on"))) {
            String log = registry.log();
            registry.close();
            throw new IllegalStateException("The registry did not come up but wrote: " + log);
        }
        return registry;
    }

    /** Returns the host name with the port, with which the names of its images begin. */
    public String name() {
        return name;
    }

    /** Returns the full name of an image in the registry. */
    public String image(String repositoryAndTag) {
        return name + "/" + repositoryAndTag;
    }

    /** Returns its port at the outer engine's {@code localhost}, which an engine trusts with any certificate. */
    public int portOfTheOuterEngine() {
        return Integer.parseInt(OuterTestEngine.inspect(container)
                .orElseThrow()
                .getNetworkSettings()
                .getPorts()
                .getBindings()
                .get(API)[0]
                .getHostPortSpec());
    }

    /** Returns the log, which has a line for each request. */
    public String log() {
        return InnerContainers.log(OuterTestEngine.client(), container);
    }

    @Override
    public void close() {
        OuterTestEngine.removeContainer(container);
    }
}
