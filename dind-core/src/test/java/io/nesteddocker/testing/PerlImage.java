package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import io.nesteddocker.NestedDocker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An image of seven megabytes with only Debian's Perl, without modules, for servers that busybox lacks. */
public final class PerlImage {

    /** The name of the image inside. */
    public static final String NAME = "nested-docker-test-perl";

    private static final String COLLECT =
            "mkdir /out && cp -L --parents /usr/bin/perl $(ldd /usr/bin/perl | grep -o '/[^ ]*') /out";

    private PerlImage() {}

    /** Imports the image into a daemon. */
    public static void into(NestedDocker docker) {
        try {
            Path file = Files.createTempFile("perl", ".tar");
            try {
                Files.write(file, Archive.BYTES);
                DockerCommand.run(docker.endpoint(), "import", file.toString(), NAME);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of the image, collected on the outer engine when a test first needs them. */
    private static final class Archive {

        private static final byte[] BYTES = collect(OuterTestEngine.client());

        private static byte[] collect(DockerClient engine) {
            String id = engine.createContainerCmd(DebianImage.NAME)
                    .withEntrypoint("sh", "-c", COLLECT)
                    .exec()
                    .getId();
            try {
                engine.startContainerCmd(id).exec();
                engine.waitContainerCmd(id)
                        .exec(new WaitContainerResultCallback())
                        .awaitStatusCode(60, TimeUnit.SECONDS);
                try (InputStream archive =
                        engine.copyArchiveFromContainerCmd(id, "/out/.").exec()) {
                    return archive.readAllBytes();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                OuterTestEngine.removeContainer(id);
            }
        }
    }
}
