package io.nesteddocker.internal.inner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import io.nesteddocker.NestedDockerException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calls of the inner API that docker-java lacks or makes more slowly. Thread-safe. */
final class EngineCalls {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DockerHttpClient http;

    EngineCalls(DockerHttpClient http) {
        this.http = http;
    }

    /** Sends a GET request and returns the answer. */
    JsonNode get(String path) {
        try (Response answer = send(Request.Method.GET, path)) {
            byte[] body = answer.getBody().readAllBytes();
            refuseError(path, answer, body);
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a header of the answer to {@code /_ping}. */
    Optional<String> pingHeader(String name) {
        try (Response answer = send(Request.Method.GET, "/_ping")) {
            answer.getBody().readAllBytes();
            return Optional.ofNullable(header(answer, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a POST request and waits for the answer. */
    void post(String path) {
        change(Request.Method.POST, path);
    }

    /** Sends a DELETE request. It is not an error if the object is already gone. */
    void delete(String path) {
        change(Request.Method.DELETE, path);
    }

    /** Encodes a name for a path or query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void change(Request.Method method, String path) {
        try (Response answer = send(method, path)) {
            byte[] body = answer.getBody().readAllBytes();
            if (answer.getStatusCode() != 404) {
                refuseError(path, answer, body);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Response send(Request.Method method, String path) {
        return http.execute(Request.builder().method(method).path(path).build());
    }

    private static void refuseError(String path, Response answer, byte[] body) throws IOException {
        if (answer.getStatusCode() >= 400) {
            String text = new String(body, StandardCharsets.UTF_8).strip();
            String told =
                    text.startsWith("{") ? JSON.readTree(text).path("message").asText(text) : text;
            throw new NestedDockerException(
                    "Tried to call " + path.replaceFirst("\\?.*", "")
                            + " of the inner engine but it answered with status " + answer.getStatusCode() + ": " + told
                            + ".",
                    null);
        }
    }

    private static @Nullable String header(Response answer, String name) {
        return answer.getHeaders().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .flatMap(header -> header.getValue().stream())
                .findFirst()
                .orElse(null);
    }
}
