package io.nesteddocker.testkit.internal.testcontainers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Info;
import io.nesteddocker.NestedDockerBuilder;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * Takes the place of an engine in a thread that has no daemon and must not use the outer engine. Each use fails.
 *
 * @param reason the message of the exceptions
 */
record Refusal(String reason) implements Side {

    @Override
    public DockerClient client() {
        throw refused();
    }

    @Override
    public NestedDockerBuilder nest() {
        throw refused();
    }

    @Override
    public String host() {
        throw refused();
    }

    @Override
    public TransportConfig transport() {
        throw refused();
    }

    @Override
    public Info info() {
        throw refused();
    }

    @Override
    public boolean isOpen() {
        return false;
    }

    private IllegalStateException refused() {
        return new IllegalStateException(reason);
    }
}
