package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.DockerObjectAccessor;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.options.Options;
import io.nesteddocker.internal.outer.OuterConnection;
import io.nesteddocker.internal.outer.OuterDiscovery;
import io.nesteddocker.internal.plan.LeastPrivilege;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Podman in a container of the outer engine that shares the temporary folder; {@code ./dev test} builds its image. */
public final class PodmanEngine implements AutoCloseable {

    private static final String IMAGE = "nested-docker-test:podman";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The user who runs Podman, and the cgroup version. */
    public enum Kind {
        /** Root. */
        ROOT("root"),
        /** Another user, on cgroup v2. */
        ROOTLESS("rootless"),
        /** Another user, on cgroup v1. */
        ROOTLESS_ON_CGROUP_1("rootless-cgroup1");

        private final String argument;

        Kind(String argument) {
            this.argument = argument;
        }
    }

    private final String container;
    private final Path socket;
    private Optional<OuterConnection> connection = Optional.empty();

    private PodmanEngine(String container, Path socket) {
        this.container = container;
        this.socket = socket;
    }

    /** Starts Podman with its socket below a folder of this machine that only the user of this program can enter. */
    public static PodmanEngine start(Kind kind, Path folder) {
        OuterTestEngine.assumeSharedFolder();
        String temporary = System.getProperty("java.io.tmpdir");
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            Path shared = Files.createDirectory(folder.resolve("shared"));
            Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
            HostConfig host = HostConfig.newHostConfig()
                    .withCapAdd(LeastPrivilege.CAPABILITIES.keySet().stream()
                            .map(Capability::valueOf)
                            .toArray(Capability[]::new))
                    .withSecurityOpts(LeastPrivilege.SECURITY_OPTIONS)
                    .withDeviceCgroupRules(LeastPrivilege.DEVICE_RULES)
                    .withCgroupnsMode("private")
                    .withBinds(
                            new Bind(shared.toString(), new Volume("/run/podman")),
                            new Bind(temporary, new Volume(temporary)));
            DockerObjectAccessor.overrideRawValue(host, "MaskedPaths", List.of());
            DockerObjectAccessor.overrideRawValue(host, "ReadonlyPaths", List.of());
            String container = OuterTestEngine.client()
                    .createContainerCmd(IMAGE)
                    .withCmd(kind.argument)
                    .withLabels(Map.of(OuterTestEngine.MARK, OuterTestEngine.thisJvm()))
                    .withHostConfig(host)
                    .exec()
                    .getId();
            PodmanEngine engine = new PodmanEngine(container, shared.resolve("podman.sock"));
            engine.begin();
            return engine;
        } catch (NotFoundException e) {
            throw new IllegalStateException("The outer engine has no " + IMAGE + "; ./dev test makes it.", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin() {
        OuterTestEngine.client().startContainerCmd(container).exec();
        connection = Eventually.value(PATIENCE, this::connected, Optional::isPresent);
        if (connection.isEmpty()) {
            String log = InnerContainers.log(OuterTestEngine.client(), container);
            close();
            throw new IllegalStateException("Podman did not come up but wrote: " + log);
        }
    }

    private Optional<OuterConnection> connected() {
        try {
            Map<String, String> environment = Map.of("DOCKER_HOST", address().toString());
            return Optional.of(new OuterDiscovery(environment, socket).connect(Options.defaults(), new Cancellation()));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Returns the address of the API. */
    public URI address() {
        return URI.create("unix://" + socket);
    }

    /** Returns a client, which callers must not close. */
    public DockerClient client() {
        return connection.orElseThrow().client();
    }

    /** Copies an image of the outer engine to Podman, under the name that it would have if it came from Docker Hub. */
    public void give(String image) {
        try (InputStream archive = OuterTestEngine.client().saveImageCmd(image).exec()) {
            client().loadImageCmd(archive).exec();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // If the outer engine has the containerd image store, the image in its archive already has this name.
        if (!has("docker.io/library/" + image)) {
            String[] parts = image.split(":", 2);
            client().tagImageCmd("localhost/" + image, "docker.io/library/" + parts[0], parts[1])
                    .exec();
        }
    }

    private boolean has(String image) {
        try {
            client().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Returns the library's containers and volumes in Podman, without seeds, which stay. */
    public Set<String> leftovers() {
        Set<String> found = new TreeSet<>();
        Predicate<Map<String, String>> ours = labels -> labels != null && labels.containsKey("io.nesteddocker");
        client().listContainersCmd().withShowAll(true).exec().stream()
                .filter(container -> ours.test(container.getLabels()))
                .forEach(container -> found.add("container " + container.getNames()[0]));
        Optional.ofNullable(client().listVolumesCmd().exec().getVolumes()).orElse(List.of()).stream()
                .filter(volume -> !volume.getName().startsWith("nested-docker-seed-"))
                .forEach(volume -> found.add("volume " + volume.getName()));
        return found;
    }

    @Override
    public void close() {
        connection.ifPresent(OuterConnection::close);
        OuterTestEngine.removeContainer(container);
    }
}
