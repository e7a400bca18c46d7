package io.nesteddocker.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.nesteddocker.Endpoint;
import io.nesteddocker.Endpoint.ClientConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The {@code docker} command with compose and buildx, as child processes of the test. If this machine lacks one of them, the programs are
 * those of Debian, with their libraries, from a test image that {@code ./dev test} builds.
 */
public final class DockerTools {

    private static final String IMAGE = "nested-docker-test:docker-tools";

    private final String program;
    private final Path plugins;

    private DockerTools(String program, Path plugins) {
        this.program = program;
        this.plugins = plugins;
    }

    /** Finds the tools, or unpacks them into an empty folder; skips the test if the image is missing, too. */
    public static DockerTools in(Path folder) {
        if (has("compose") && has("buildx")) {
            return new DockerTools("docker", folder.resolve("none"));
        }
        Assumptions.assumeTrue(
                OuterTestEngine.hasImage(IMAGE),
                "docker compose and docker buildx, which this machine lacks, are in the image " + IMAGE
                        + ", which is not there; ./dev test makes it");
        unpack(folder);
        Path tools = folder.resolve("tools");
        Command.Outcome trial = Command.run(tools.resolve("docker").toString(), "--version");
        assumeThat(trial.exitCode())
                .as("how the docker command out of %s ends on this machine, with %s", IMAGE, trial.output())
                .isZero();
        return new DockerTools(tools.resolve("docker").toString(), tools.resolve("cli-plugins"));
    }

    /** Runs the command with a client configuration, and returns its output to both streams. */
    public String run(ClientConfig config, String... arguments) {
        Path link = config.directory().resolve("cli-plugins");
        if (Files.isDirectory(plugins) && !Files.exists(link)) {
            try {
                Files.createSymbolicLink(link, plugins);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return DockerCommand.run(program, config.environment(), arguments);
    }

    /** Runs the command with the variables of an endpoint, and returns its output to both streams. */
    public String run(Endpoint endpoint, String... arguments) {
        Map<String, String> environment = new HashMap<>(endpoint.environment());
        if (Files.isDirectory(plugins)) {
            environment.put("DOCKER_CONFIG", plugins.getParent().toString());
        }
        return DockerCommand.run(program, environment, arguments);
    }

    private static boolean has(String plugin) {
        return Command.run("docker", plugin, "version").exitCode() == 0;
    }

    private static void unpack(Path folder) {
        Map<String, String> outer = Map.of("DOCKER_HOST", OuterTestEngine.address());
        String container = DockerCommand.run("docker", outer, "create", IMAGE);
        try {
            DockerCommand.run("docker", outer, "cp", container + ":/tools", folder.toString());
        } finally {
            OuterTestEngine.removeContainer(container);
        }
    }
}
