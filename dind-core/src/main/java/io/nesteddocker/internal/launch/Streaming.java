package io.nesteddocker.internal.launch;

import com.github.dockerjava.api.exception.DockerException;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.images.SourceImage;
import io.nesteddocker.internal.inner.InnerEngine;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;

/** Copies images into a running daemon, byte by byte. */
final class Streaming {

    private Streaming() {}

    static void copy(OuterEngine outer, InnerEngine inner, List<SourceImage> images) {
        for (SourceImage image : images) {
            try (InputStream archive = open(outer, image)) {
                inner.client().loadImageCmd(archive).exec();
            } catch (IOException | DockerException e) {
                throw new ImageTransferException(
                        "Tried to copy the image " + image.title() + " into a nested daemon but that failed: "
                                + Reason.of(e).replaceFirst("[.;]$", "") + "; see docs/images.md.",
                        e);
            }
        }
    }

    private static InputStream open(OuterEngine outer, SourceImage image) throws IOException {
        return image.archive().isPresent()
                ? Files.newInputStream(image.archive().get())
                : outer.images().save(image.title());
    }
}
