package io.nesteddocker.testing;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Makes images on the outer engine that no daemon can start from, under names of this JVM. */
public final class OddImages {

    private OddImages() {}

    /** Makes an image without any file, marked as made for certain processors such as {@code amd64}; returns its name. */
    public static String empty(String architecture) {
        String name = "nested-docker-test-odd:empty-" + architecture + "-"
                + ProcessHandle.current().pid();
        byte[] layer = tar(Map.of());
        byte[] config = ("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/none\"]},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + sha256(layer) + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("layer.tar", layer);
        files.put("config.json", config);
        files.put(
                "manifest.json",
                ("[{\"Config\":\"config.json\",\"RepoTags\":[\"" + name + "\"],\"Layers\":[\"layer.tar\"]}]")
                        .getBytes(StandardCharsets.UTF_8));
        OuterTestEngine.client()
                .loadImageCmd(new ByteArrayInputStream(tar(files)))
                .exec();
        return name;
    }

    /** Makes an image like {@code base} with one program more, which comes first on the {@code PATH}; returns its name. */
    public static String withProgram(String base, String program, String script) {
        String name = "nested-docker-test-odd:" + program + "-"
                + ProcessHandle.current().pid();
        String dockerfile = "FROM " + base + "\nCOPY program /usr/local/sbin/" + program + "\n";
        byte[] context = tar(Map.of(
                "Dockerfile", dockerfile.getBytes(StandardCharsets.UTF_8),
                "program", script.getBytes(StandardCharsets.UTF_8)));
        OuterTestEngine.client()
                .buildImageCmd(new ByteArrayInputStream(context))
                .withTags(Set.of(name))
                .withForcerm(true)
                .exec(new BuildImageResultCallback())
                .awaitImageId();
        return name;
    }

    /** Removes an image, where there is one. */
    public static void remove(String name) {
        try {
            OuterTestEngine.client().removeImageCmd(name).withForce(true).exec();
        } catch (NotFoundException e) {
            return;
        }
    }

    private static byte[] tar(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setMode(0100755);
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", e);
        }
    }
}
