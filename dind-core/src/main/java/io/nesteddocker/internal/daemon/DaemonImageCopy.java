package io.nesteddocker.internal.daemon;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** Copies a daemon's image into its inner engine, so that another daemon can be started inside. */
final class DaemonImageCopy {

    private DaemonImageCopy() {}

    /** Copies the image from the outer engine. Does nothing if the inner engine has the image. */
    static void into(Daemon daemon) throws IOException {
        DockerClient inside = daemon.inner().client();
        try {
            inside.inspectImageCmd(daemon.image()).exec();
        } catch (NotFoundException e) {
            try (InputStream archive =
                    daemon.outer().client().saveImageCmd(daemon.image()).exec()) {
                inside.loadImageCmd(archive).exec();
            }
        }
    }
}
