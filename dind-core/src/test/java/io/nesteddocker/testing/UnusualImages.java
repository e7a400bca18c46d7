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

/** Creates unusual images: without files, with a large layer, or with a replaced program. Their names contain the process ID. */
public final class UnusualImages {

    private static final int MEGABYTE = 1 << 20;

    private UnusualImages() {}

    /** Creates an image without files for a processor architecture such as {@code amd64}, and returns its name. */
    public static String empty(String architecture) {
        byte[] layer = tar(Map.of());
        return load("empty-" + architecture, architecture, layer, sha256(layer));
    }

    /**
     * Writes a compressed archive of an image with one file of zeros. The archive is small, but its uncompressed content is not.
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

        // Concatenated gzip members are a valid gzip file, so each piece is compressed by itself.
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

    /** Returns the metadata files of an image with one layer; {@code digest} is that of the uncompressed layer. */
    private static Map<String, byte[]> documents(String name, String architecture, String digest) {
        byte[] config = ("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/none\"]},"
                        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + digest + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] manifest = ("[{\"Config\":\"config.json\",\"RepoTags\":[\"" + name + "\"],\"Layers\":[\"layer.tar\"]}]")
                .getBytes(StandardCharsets.UTF_8);
        return Map.of("config.json", config, "manifest.json", manifest);
    }

    /** Creates an image like {@code base} with a program that comes first on the {@code PATH}, and returns its name. */
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

    /** Removes an image if it exists. */
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
