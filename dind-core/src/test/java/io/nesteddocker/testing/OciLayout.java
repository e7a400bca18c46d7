package io.nesteddocker.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes an image in the format of builders other than Docker: an OCI layout in a tar file, with compressed layers and without a
 * {@code manifest.json}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>
 */
public final class OciLayout {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TYPE = "application/vnd.oci.image.";

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private OciLayout() {}

    /** Writes an image of the outer engine to a file, under the same name. */
    public static void write(String image, Path target) throws IOException {
        write(image, target, digest -> image);
    }

    /**
     * Writes an image of the outer engine to a file.
     *
     * @param name returns the image's name in the file for the digest of its manifest
     */
    public static void write(String image, Path target, UnaryOperator<String> name) throws IOException {
        Map<String, byte[]> saved = saved(image);
        JsonNode entry = JSON.readTree(saved.get("manifest.json")).get(0);
        OciLayout layout = new OciLayout();
        layout.files.put("oci-layout", bytes("{\"imageLayoutVersion\":\"1.0.0\"}"));
        List<String> layers = new ArrayList<>();
        for (JsonNode layer : entry.get("Layers")) {
            byte[] content = saved.get(layer.asText());
            layers.add(layout.blob("layer.v1.tar+gzip", isCompressed(content) ? content : compressed(content)));
        }
        String config =
                layout.blob("config.v1+json", saved.get(entry.get("Config").asText()));
        String manifest = layout.blob(
                "manifest.v1+json",
                bytes("{\"schemaVersion\":2,\"config\":{" + config + "},\"layers\":[{" + String.join("},{", layers)
                        + "}]}"));
        layout.files.put(
                "index.json",
                bytes("{\"schemaVersion\":2,\"manifests\":[{" + manifest
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name.apply(digestIn(manifest))
                        + "\"}}]}"));
        layout.writeTo(target);
    }

    /** Adds a blob, and returns the fields of its descriptor. */
    private String blob(String type, byte[] content) {
        String digest = sha256(content);
        files.put("blobs/sha256/" + digest, content);
        return "\"mediaType\":\"" + TYPE + type + "\",\"digest\":\"sha256:" + digest + "\",\"size\":" + content.length;
    }

    private static String digestIn(String descriptor) {
        return descriptor.replaceFirst(".*\"digest\":\"([^\"]*)\".*", "$1");
    }

    private void writeTo(Path target) throws IOException {
        try (OutputStream file = Files.newOutputStream(target);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(file)) {
            for (Map.Entry<String, byte[]> part : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(part.getKey());
                entry.setSize(part.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(part.getValue());
                tar.closeArchiveEntry();
            }
        }
    }

    private static Map<String, byte[]> saved(String image) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (InputStream archive = OuterTestEngine.client().saveImageCmd(image).exec();
                TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }

    /** Returns whether a layer is compressed, because an engine with the containerd store saves a layer as it was received. */
    private static boolean isCompressed(byte[] content) {
        return content[0] == 0x1f && content[1] == (byte) 0x8b;
    }

    private static byte[] compressed(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
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

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
