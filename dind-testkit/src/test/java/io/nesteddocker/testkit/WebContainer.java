package io.nesteddocker.testkit;

import io.nesteddocker.testing.TinyImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** A web server with one page, written as a user of Testcontainers would do it. */
final class WebContainer extends GenericContainer<WebContainer> {

    static final int PORT = 8080;

    WebContainer(String page) {
        super(DockerImageName.parse(TinyImage.NAME));
        withExposedPorts(PORT);
        withCommand(
                "sh",
                "-c",
                "mkdir /www && printf '%s' '" + page + "' >/www/index.html && exec httpd -f -p 8080 -h /www");
        waitingFor(Wait.forListeningPort());
    }

    static WebContainer started(String page) {
        WebContainer container = new WebContainer(page);
        container.start();
        return container;
    }

    /** Reads the page, by host and mapped port. */
    String page() {
        try (var page = URI.create("http://" + getHost() + ":" + getMappedPort(PORT) + "/")
                .toURL()
                .openStream()) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command in the container, and returns its standard output. */
    String sees(String... command) {
        try {
            return execInContainer(command).getStdout().strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The test was interrupted.", e);
        }
    }
}
