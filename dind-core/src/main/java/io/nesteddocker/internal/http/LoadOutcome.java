package io.nesteddocker.internal.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Waits until {@code POST /images/load} is really done and finds out whether it worked.
 *
 * <p>The daemon answers 200 before it has read the archive, and reports what happened in the body, which docker-java's
 * {@code LoadImageCmd} throws away, closing the connection under the daemon's hands. So the body is read to its end
 * here; an error in it becomes an answer with status 500.
 *
 * <p>An engine with the containerd store lists an image that it could not unpack, for lack of room or because a layer is not what its digest
 * says, and tells so in a line of its progress.
 *
 * <p>Thread-safe: it holds no state.
 *
 * @see <a href="https://github.com/moby/moby/blob/v28.5.2/daemon/containerd/image_exporter.go">moby: LoadImage</a>
 */
public final class LoadOutcome {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOT_UNPACKED = "Error unpacking image ";
    private static final Pattern LOAD = Pattern.compile("(/v[0-9.]+)?/images/load(\\?.*)?");

    /** Some thousand lines "Loaded image: ..."; what comes after them is dropped, an error is not. */
    private static final int MOST_BYTES_KEPT = 256 * 1024;

    private LoadOutcome() {}

    static boolean isWantedFor(Request request) {
        return request.method().equals("POST") && LOAD.matcher(request.path()).matches();
    }

    /** Reads the answer to its end and closes it; the one returned holds what was read. */
    static Response await(Response response) throws IOException {
        if (response.getStatusCode() >= 300) {
            return response;
        }
        try (response) {
            ByteArrayOutputStream kept = new ByteArrayOutputStream();
            String error = readAll(response.getBody(), kept);
            return error == null
                    ? new CompleteResponse(response.getStatusCode(), response.getHeaders(), kept.toByteArray())
                    : new CompleteResponse(
                            500, response.getHeaders(), JSON.writeValueAsBytes(Map.of("message", error)));
        }
    }

    /** Returns the daemon's error, or null where it names none; once it has, the end of the connection is no news. */
    private static @Nullable String readAll(InputStream body, ByteArrayOutputStream kept) throws IOException {
        String error = null;
        try {
            MappingIterator<JsonNode> items = JSON.readerFor(JsonNode.class).readValues(body);
            while (items.hasNextValue()) {
                JsonNode item = items.nextValue();
                if (error == null) {
                    error = errorIn(item);
                }
                keep(item, kept);
            }
        } catch (IOException e) {
            if (error == null) {
                throw e;
            }
        }
        return error;
    }

    private static @Nullable String errorIn(JsonNode item) {
        String detail = item.path("errorDetail").path("message").asText("");
        String error = detail.isEmpty() ? item.path("error").asText("") : detail;
        String problem = error.isEmpty() ? problemIn(item.path("stream").asText("")) : error;
        return problem.isEmpty() ? null : problem;
    }

    /** What a line of a load's progress says of an image that the engine could not unpack; empty for any other line. */
    public static String problemIn(String line) {
        return line.startsWith(NOT_UNPACKED) ? line.strip() : "";
    }

    /** Progress is of no use once all is over, and there is a lot of it. */
    private static void keep(JsonNode item, ByteArrayOutputStream kept) throws IOException {
        if (item.has("stream")) {
            byte[] line = JSON.writeValueAsBytes(item);
            if (kept.size() + line.length < MOST_BYTES_KEPT) {
                kept.writeBytes(line);
                kept.write('\n');
            }
        }
    }
}
