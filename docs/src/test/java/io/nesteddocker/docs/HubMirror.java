package io.nesteddocker.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A read-only registry that has one image under every name, so that a page may pull where Docker Hub doesn't answer.
 *
 * <p>It listens on the outer engine's bridge, which only containers on this machine reach.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/api/">The registry's API</a>
 */
final class HubMirror implements AutoCloseable {

    private static final List<String> IMAGES = List.of("busybox:1.36", "nested-docker-test:tiny");
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    private final Map<String, byte[]> blobs = new HashMap<>();
    private final byte[] manifest;
    private final HttpServer server;

    private HubMirror(Map<String, byte[]> saved, InetSocketAddress address) throws IOException {
        manifest = manifest(saved);
        server = HttpServer.create(address, 0);
        server.createContext("/v2/", this::answer);
        server.start();
    }

    /** Starts one with an image that the outer engine has; empty where the engine's bridge is not on this machine. */
    static Optional<HubMirror> on(DockerClient outer) throws IOException {
        String gateway = outer.inspectNetworkCmd()
                .withNetworkId("bridge")
                .exec()
                .getIpam()
                .getConfig()
                .get(0)
                .getGateway();
        String image = IMAGES.stream()
                .filter(name -> has(outer, name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException("Say ./dev image first: the outer engine has none of " + IMAGES));
        try {
            return Optional.of(new HubMirror(read(outer, image), new InetSocketAddress(gateway, 0)));
        } catch (BindException e) {
            return Optional.empty();
        }
    }

    /** Its address, for {@code registry-mirrors}. */
    String url() {
        return "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static boolean has(DockerClient engine, String image) {
        try {
            engine.inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static Map<String, byte[]> read(DockerClient outer, String image) throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (InputStream saved = outer.saveImageCmd(image).exec();
                TarArchiveInputStream tar = new TarArchiveInputStream(saved)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }

    private byte[] manifest(Map<String, byte[]> saved) throws IOException {
        ObjectMapper json = new ObjectMapper();
        JsonNode image = json.readTree(saved.get("manifest.json")).get(0);
        var result = json.createObjectNode().put("schemaVersion", 2).put("mediaType", MANIFEST);
        byte[] config = saved.get(image.get("Config").asText());
        result.putObject("config")
                .put("mediaType", CONFIG)
                .put("size", config.length)
                .put("digest", store(config));
        var layers = result.putArray("layers");
        for (JsonNode name : image.get("Layers")) {
            byte[] layer = zipped(saved.get(name.asText()));
            layers.addObject().put("mediaType", LAYER).put("size", layer.length).put("digest", store(layer));
        }
        return json.writeValueAsBytes(result);
    }

    private String store(byte[] blob) {
        String digest = digest(blob);
        blobs.put(digest, blob);
        return digest;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean asksForManifest = path.contains("/manifests/");
        byte[] body = asksForManifest
                ? manifest
                : path.equals("/v2/")
                        ? "{}".getBytes(StandardCharsets.UTF_8)
                        : blobs.get(path.replaceFirst(".*/blobs/", ""));
        if (body == null) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", asksForManifest ? MANIFEST : "application/octet-stream");
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest(body));
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if (head) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
        }
        exchange.sendResponseHeaders(200, head ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            if (!head) {
                out.write(body);
            }
        }
    }

    private static byte[] zipped(byte[] content) throws IOException {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream zip = new GZIPOutputStream(zipped)) {
            zip.write(content);
        }
        return zipped.toByteArray();
    }

    private static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
