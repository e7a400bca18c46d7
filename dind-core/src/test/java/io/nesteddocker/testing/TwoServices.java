package io.nesteddocker.testing;

import io.nesteddocker.Endpoint;
import io.nesteddocker.Endpoint.ClientConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/** A compose project with two services: the front service answers on a published port with the answer of the back service. */
public final class TwoServices implements AutoCloseable {

    /** The name of the front container. */
    public static final String FRONT = "pair-front-1";

    /** The inner port that the front container publishes. */
    public static final int PORT = 80;

    /** The answer on that port. */
    public static final String ANSWER = "hello from the back";

    private static final String PROJECT = """
            name: pair
            services:
              front:
                image: %1$s
                command: ["nc", "-ll", "-p", "%2$d", "-e", "nc", "-w", "5", "back", "7"]
                ports: ["127.0.0.1::%2$d"]
                depends_on: [back]
              back:
                image: %1$s
                command: ["nc", "-ll", "-p", "7", "-e", "echo", "%3$s"]
            """.formatted(TinyImage.NAME, PORT, ANSWER);

    private final Function<String[], String> docker;
    private final Path file;

    private TwoServices(Function<String[], String> docker, Path file) {
        this.docker = docker;
        this.file = file;
    }

    /** Starts the project, with a client configuration, on an engine that has the tiny image. */
    public static TwoServices up(DockerTools tools, ClientConfig config, Path folder) {
        return up(words -> tools.run(config, words), folder);
    }

    /** Starts the project, with the variables of an endpoint, on an engine that has the tiny image. */
    public static TwoServices up(DockerTools tools, Endpoint endpoint, Path folder) {
        return up(words -> tools.run(endpoint, words), folder);
    }

    private static TwoServices up(Function<String[], String> docker, Path folder) {
        try {
            Path file = Files.writeString(folder.resolve("compose.yaml"), PROJECT);
            TwoServices project = new TwoServices(docker, file);
            project.compose("up", "--detach", "--wait");
            return project;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the address of the published port, as compose prints it. */
    public String published() {
        return compose("port", "front", String.valueOf(PORT));
    }

    /** Stops and removes the project. */
    @Override
    public void close() {
        compose("down", "--timeout", "0");
    }

    private String compose(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "compose";
        all[1] = "--file";
        all[2] = file.toString();
        System.arraycopy(words, 0, all, 3, words.length);
        return docker.apply(all);
    }
}
