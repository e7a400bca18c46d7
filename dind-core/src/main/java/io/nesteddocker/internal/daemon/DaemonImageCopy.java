package io.nesteddocker.internal.daemon;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** Gives a daemon the image that it was made from, so that another can be started inside it. */
final class DaemonImageCopy {

    private DaemonImageCopy() {}

    /** Copies the image from the outer engine; does nothing where it is there. */
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
