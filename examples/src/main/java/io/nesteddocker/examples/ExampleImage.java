package io.nesteddocker.examples;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.util.Objects;

/** Chooses the image that the examples use in their daemons. */
final class ExampleImage {

    /** The environment variable that names another image, from the outer engine or a registry. The image needs a shell. */
    private static final String VARIABLE = "NESTED_DOCKER_EXAMPLE_IMAGE";

    private static final String USUAL = "busybox:1.36";

    /** The image that {@code ./dev image} makes, so that the examples work even if no registry answers. */
    private static final String MADE_HERE = "nested-docker-test:tiny";

    private ExampleImage() {}

    /** Returns the name of an image that the outer engine has or can pull. */
    static String name() throws IOException {
        String wanted = Objects.requireNonNullElse(System.getenv(VARIABLE), "");
        if (!wanted.isBlank()) {
            return wanted;
        }
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            return has(outer, MADE_HERE) && !has(outer, USUAL) ? MADE_HERE : USUAL;
        } catch (RuntimeException | NoClassDefFoundError e) {
            return USUAL;
        }
    }

    private static boolean has(DockerClient engine, String image) {
        try {
            engine.inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }
}
