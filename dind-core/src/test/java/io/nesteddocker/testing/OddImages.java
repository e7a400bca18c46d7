package io.nesteddocker.testing;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /**
     * Writes an archive with an image of one file of zeros, which is small because all of it is compressed; what a reader takes out of it
     * is not.
     */
    public static void zeros(int megabytes, Path target) {
        byte[] megabyte = new byte[MEGABYTE];
        TarArchiveEntry file = new TarArchiveEntry("zeros");
        file.setSize((long) megabytes * MEGABYTE);
        byte[] header = header(file);
        byte[] end = new byte[2 * TarConstants.DEFAULT_RCDSIZE];
        TarArchiveEntry layer = new TarArchiveEntry("layer.tar");
        layer.setSize(header.length + file.getSize() + end.length);
        MessageDigest digest = newSha256();
        digest.update(header);

        // Pieces that are compressed one by one are, put together, the whole compressed.
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        archive.writeBytes(gzip(header(layer)));
        archive.writeBytes(gzip(header));
        byte[] compressedMegabyte = gzip(megabyte);
        for (int i = 0; i < megabytes; i++) {
            archive.writeBytes(compressedMegabyte);
            digest.update(megabyte);
        }
        digest.update(end);
        archive.writeBytes(gzip(end));
        String architecture = OuterTestEngine.client().versionCmd().exec().getArch();
        archive.writeBytes(
                gzip(tar(documents(name("zeros"), architecture, HexFormat.of().formatHex(digest.digest())))));
        try {
            Files.write(target, archive.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] header(TarArchiveEntry entry) {
        byte[] header = new byte[TarConstants.DEFAULT_RCDSIZE];
        entry.writeEntryHeader(header);
        return header;
    }

    private static String load(String label, String architecture, byte[] layer, String digest) {
        String name = name(label);
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("layer.tar", layer);
        files.putAll(documents(name, architecture, digest));
        OuterTestEngine.client()
                .loadImageCmd(new ByteArrayInputStream(tar(files)))
                .exec();
        return name;
    }

    private static String name(String label) {
        return "nested-docker-test-odd:" + label + "-" + ProcessHandle.current().pid();
    }

    /** What an archive says of an image of one layer, of which {@code digest} is that before compression. */
    private static Map<String, byte[]> documents(String name, String architecture, String digest) {
        byte[] config = ("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/none\"]},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + digest + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] manifest = ("[{\"Config\":\"config.json\",\"RepoTags\":[\"" + name + "\"],\"Layers\":[\"layer.tar\"]}]")
                .getBytes(StandardCharsets.UTF_8);
        return Map.of("config.json", config, "manifest.json", manifest);
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
