package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Info;
import io.nesteddocker.NestedDockerBuilder;
import org.testcontainers.dockerclient.TransportConfig;

/** An engine that Testcontainers can be led to: the outer one, or a nested daemon. */
interface Side {

    /** The client of the engine. */
    DockerClient client();

    /** Begins to say what daemon to start there. */
    NestedDockerBuilder nest();

    /** Where ports that it maps are reached. */
    String host();

    /** How other programs reach it. */
    TransportConfig transport();

    /** What it says of itself. */
    Info info();

    /** Whether calls may go there now without making something begin. */
    boolean isOpen();

    /** Whether it has the container of that identity. */
    default boolean has(String containerId) {
        try {
            client().inspectContainerCmd(containerId).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Is told that a container of that image is about to be created. */
    default void beforeCreate(String image) {}

    /** Is told that somebody asks for an image. */
    default void beforeInspect(String image) {}

    /** Is told that a container is about to be removed. */
    default void beforeRemove(String containerId) {}
}
