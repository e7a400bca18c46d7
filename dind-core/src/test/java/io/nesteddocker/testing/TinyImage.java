package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import io.nesteddocker.NestedDocker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The test image of a few megabytes, a static busybox with its applets; {@code ./dev image} builds it. */
public final class TinyImage {

    /** The image's name, outside and inside. */
    public static final String NAME = "nested-docker-test:tiny";

    private TinyImage() {}

    /** Loads the image into a daemon, unless the daemon has it. */
    public static void into(NestedDocker docker) {
        into(docker.client());
    }

    /** Loads the image into an engine, unless the engine has it. */
    public static void into(DockerClient engine) {
        try {
            engine.inspectImageCmd(NAME).exec();
        } catch (NotFoundException e) {
            engine.loadImageCmd(new ByteArrayInputStream(Archive.BYTES)).exec();
        }
    }

    /** The archive of the image, read from the outer engine when a test first needs it. */
    private static final class Archive {

        private static final byte[] BYTES = read();

        private static byte[] read() {
            try (InputStream archive =
                    OuterTestEngine.client().saveImageCmd(NAME).exec()) {
                return archive.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
