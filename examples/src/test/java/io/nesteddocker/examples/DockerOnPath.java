package io.nesteddocker.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A PATH on which {@code docker} has the plugins for Compose and Buildx. */
final class DockerOnPath {

    private static final String IMAGE = "nested-docker-test:docker-tools";

    private DockerOnPath() {}

    /**
     * Returns variables for programs that use {@code docker}. If this machine lacks a plugin, the variables lead to the tools of a test
     * image, which are unpacked into the folder; otherwise there are none. Skips the test if the image is missing.
     */
    static Map<String, String> variables(Path folder) throws Exception {
        if (has("compose", folder) && has("buildx", folder)) {
            return Map.of();
        }
        unpack(folder);
        Path tools = folder.resolve("tools");
        Path configuration = Files.createDirectory(folder.resolve("configuration"));
        Files.createSymbolicLink(configuration.resolve("cli-plugins"), tools.resolve("cli-plugins"));
        return Map.of(
                "PATH", tools + File.pathSeparator + System.getenv("PATH"), "DOCKER_CONFIG", configuration.toString());
    }

    private static boolean has(String plugin, Path folder) throws Exception {
        Outcome outcome = Outcome.of(folder, Map.of(), List.of("docker", plugin, "version"));
        return outcome.exitCode() == 0;
    }

    private static void unpack(Path folder) throws Exception {
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            assumeThat(has(outer))
                    .as(
                            "Compose and Buildx, which this machine lacks, are in the image %s; ./dev test makes that image",
                            IMAGE)
                    .isTrue();
            String container = outer.createContainerCmd(IMAGE).exec().getId();
            try {
                Outcome copied =
                        Outcome.of(folder, Map.of(), List.of("docker", "cp", container + ":/tools", folder.toString()));
                assertThat(copied.exitCode()).as(copied.output()).isZero();
            } finally {
                outer.removeContainerCmd(container).exec();
            }
        }
    }

    private static boolean has(DockerClient outer) throws IOException {
        try {
            outer.inspectImageCmd(IMAGE).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }
}
