package io.nesteddocker.testing;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Image;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** An image on the outer engine with a random file, which can't be compressed. Its name contains the process ID. */
public final class LayeredImage implements AutoCloseable {

    private final String name;

    private LayeredImage(String name) {
        this.name = name;
    }

    /** Builds an image with one more layer of one file. The same label, base and size result in the same image. */
    public static LayeredImage of(String label, String base, int bytes) {
        String name = "nested-docker-test-layered:" + label + "-"
                + ProcessHandle.current().pid();
        byte[] content = new byte[bytes];
        new Random(label.hashCode()).nextBytes(content);
        String dockerfile = "FROM " + base + "\nCOPY [\"file\", \"/file with a name like " + label + "\"]\n";
        OuterTestEngine.client()
                .buildImageCmd(new ByteArrayInputStream(context(dockerfile, content)))
                .withTags(Set.of(name))
                .withForcerm(true)
                .exec(new BuildImageResultCallback())
                .awaitImageId();
        return new LayeredImage(name);
    }

    /** Returns the name on the outer engine. */
    public String name() {
        return name;
    }

    /** Returns the ID on the outer engine. */
    public String id() {
        return OuterTestEngine.client().inspectImageCmd(name).exec().getId();
    }

    /** Returns the layers and the configuration on the outer engine. */
    public List<Object> content() {
        return content(OuterTestEngine.client(), name);
    }

    /** Returns the layers and the configuration of an image, which are the same in every image store. */
    public static List<Object> content(DockerClient engine, String image) {
        InspectImageResponse found = engine.inspectImageCmd(image).exec();
        ContainerConfig config = Objects.requireNonNull(found.getConfig());
        List<String> layers =
                found.getRootFS() == null ? null : found.getRootFS().getLayers();
        return List.of(
                Objects.requireNonNullElse(layers, List.of()),
                list(config.getCmd()),
                list(config.getEntrypoint()),
                list(config.getEnv()),
                Objects.requireNonNullElse(config.getLabels(), Map.of()),
                String.valueOf(found.getArch()));
    }

    private static List<String> list(String @Nullable [] words) {
        return words == null ? List.of() : List.of(words);
    }

    /** Removes the image from the outer engine. */
    @Override
    public void close() {
        UnusualImages.remove(name);
    }

    /** Returns the names of all images of an engine. */
    public static List<String> names(DockerClient engine) {
        return engine.listImagesCmd().exec().stream()
                .map(Image::getRepoTags)
                .filter(tags -> tags != null)
                .flatMap(java.util.Arrays::stream)
                .toList();
    }

    private static byte[] context(String dockerfile, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            put(tar, "Dockerfile", dockerfile.getBytes(StandardCharsets.UTF_8));
            put(tar, "file", content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
