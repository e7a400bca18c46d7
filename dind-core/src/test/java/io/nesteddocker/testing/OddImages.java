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
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes images on the outer engine that no daemon can start from, under names of this JVM. */
public final class OddImages {

    private static final int MEGABYTE = 1 << 20;

    private OddImages() {}

    /** Makes an image without any file, marked as made for certain processors such as {@code amd64}; returns its name. */
    public static String empty(String architecture) {
        byte[] layer = tar(Map.of());
        return load("empty-" + architecture, architecture, layer, sha256(layer));
    }

    /** Makes an image of one file of zeros, which travel compressed, so that no time is lost on them; returns its name. */
    public static String zeros(int megabytes) {
        byte[] megabyte = new byte[MEGABYTE];
        TarArchiveEntry file = new TarArchiveEntry("zeros");
        file.setSize((long) megabytes * MEGABYTE);
        byte[] header = new byte[TarConstants.DEFAULT_RCDSIZE];
        file.writeEntryHeader(header);
        byte[] end = new byte[2 * TarConstants.DEFAULT_RCDSIZE];

        // Pieces that are compressed one by one are, put together, the whole compressed.
        ByteArrayOutputStream layer = new ByteArrayOutputStream();
        MessageDigest digest = newSha256();
        byte[] compressedMegabyte = gzip(megabyte);
        layer.writeBytes(gzip(header));
        digest.update(header);
        for (int i = 0; i < megabytes; i++) {
            layer.writeBytes(compressedMegabyte);
            digest.update(megabyte);
        }
        layer.writeBytes(gzip(end));
        digest.update(end);
        String architecture = OuterTestEngine.client().versionCmd().exec().getArch();
        return load("zeros", architecture, layer.toByteArray(), HexFormat.of().formatHex(digest.digest()));
    }

    /** Loads an image of one layer, which may be compressed while its digest is that of the layer as it is. */
    private static String load(String label, String architecture, byte[] layer, String digest) {
        String name = "nested-docker-test-odd:" + label + "-"
                + ProcessHandle.current().pid();
        byte[] config = ("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/none\"]},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + digest + "\"]}}")
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

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] content) {
        return HexFormat.of().formatHex(newSha256().digest(content));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", e);
        }
    }
}
