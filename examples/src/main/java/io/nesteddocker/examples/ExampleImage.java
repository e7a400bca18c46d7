package io.nesteddocker.examples;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.LoadImageCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/**
 * Gets an image into an inner engine, which starts empty. The library has no option for this yet, so it is done by hand here.
 *
 * <p>An image that the outer engine has is copied by save and load. Otherwise the inner engine pulls it, as any engine would.
 */
final class ExampleImage {

    /** Names another image, from the outer engine or a registry; it needs a shell. */
    private static final String VARIABLE = "NESTED_DOCKER_EXAMPLE_IMAGE";

    private static final String USUAL = "busybox:1.36";

    /** {@code ./dev image} makes this one, so the examples work where no registry answers. */
    private static final String MADE_HERE = "nested-docker-test:tiny";

    private ExampleImage() {}

    /** Returns the name of an image that the inner engine has from then on. */
    static String provide(DockerClient inner) throws IOException, InterruptedException {
        String wanted = Objects.requireNonNullElse(System.getenv(VARIABLE), "");
        List<String> choice = wanted.isBlank() ? List.of(USUAL, MADE_HERE) : List.of(wanted);
        try (DockerClient outer = WithYourOwnClient.outerClient()) {
            for (String image : choice) {
                if (has(outer, image)) {
                    copy(outer, inner, image);
                    return image;
                }
            }
        } catch (RuntimeException | NoClassDefFoundError e) {
            // docker-java finds fewer engines than the library does, and wants BouncyCastle to read TLS files.
            System.out.println("No image is copied, because docker-java can't use the outer engine: " + e.getMessage());
        }
        inner.pullImageCmd(choice.get(0)).start().awaitCompletion();
        return choice.get(0);
    }

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

    /** Copies an image from one engine to another, without a file in between. */
    // tag::copy[]
    static void copy(DockerClient outer, DockerClient inner, String image) throws IOException {
        try (InputStream saved = outer.saveImageCmd(image).exec()) {
            inner.loadImageAsyncCmd(saved).exec(new LoadImageCallback()).awaitMessage();
        }
    }
    // end::copy[]

    private static boolean has(DockerClient engine, String image) {
        try {
            engine.inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }
}
