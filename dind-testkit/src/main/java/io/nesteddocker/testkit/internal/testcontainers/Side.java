package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Info;
import io.nesteddocker.NestedDockerBuilder;
import org.testcontainers.dockerclient.TransportConfig;

/** An engine that Testcontainers can use: the outer engine, or a nested daemon. */
interface Side {

    /** Returns the client of the engine. */
    DockerClient client();

    /** Returns a builder for a daemon on the engine. */
    NestedDockerBuilder nest();

    /** Returns the host on which the mapped ports of the engine are reached. */
    String host();

    /** Returns how other programs reach the engine. */
    TransportConfig transport();

    /** Returns the engine's information about itself. */
    Info info();

    /** Returns whether the engine is in use, so that a call to it starts nothing. */
    boolean isOpen();

    /** Returns whether the engine has the container with that ID. */
    default boolean has(String containerId) {
        try {
            client().inspectContainerCmd(containerId).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    /** Called before a container of that image is created. */
    default void beforeCreate(String image) {}

    /** Called before an image is inspected. */
    default void beforeInspect(String image) {}

    /** Called before a container is removed. */
    default void beforeRemove(String containerId) {}
}
