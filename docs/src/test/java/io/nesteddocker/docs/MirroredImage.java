package io.nesteddocker.docs;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import io.nesteddocker.DaemonImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The default daemon image with a registry mirror in its configuration, made the default for as long as this is open. */
final class MirroredImage implements AutoCloseable {

    private final DockerClient outer;
    private final String reference =
            "nested-docker-test:docs-" + ProcessHandle.current().pid();

    MirroredImage(DockerClient outer, String mirror) throws IOException {
        this.outer = outer;
        byte[] context = tar(
                "Dockerfile",
                "FROM " + DaemonImage.defaultImage() + "\nCOPY daemon.json /etc/docker/daemon.json\n",
                "daemon.json",
                "{\"registry-mirrors\": [\"" + mirror + "\"]}\n");
        outer.buildImageCmd(new ByteArrayInputStream(context))
                .withTags(Set.of(reference))
                .withForcerm(true)
                .exec(new BuildImageResultCallback())
                .awaitImageId();
        System.setProperty(DaemonImage.IMAGE_PROPERTY, reference);
    }

    @Override
    public void close() {
        System.clearProperty(DaemonImage.IMAGE_PROPERTY);
        outer.removeImageCmd(reference).exec();
    }

    private static byte[] tar(String... namesAndContents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(namesAndContents[i]);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }
}
