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
 * Waits until {@code POST /images/load} has ended and determines whether it succeeded.
 *
 * <p>The daemon answers 200 before it has read the archive, and reports the result in the body. docker-java's
 * {@code LoadImageCmd} discards the body and closes the connection while the daemon is still at work. So this class
 * reads the body to its end, and turns an error in it into an answer with status 500.
 *
 * <p>If an engine with the containerd store can't unpack an image, because there is no space left or a layer does not match its digest, it
 * lists the image nevertheless, and reports the error only in a line of the load's progress.
 *
 * <p>Thread-safe: it holds no state.
 *
 * @see <a href="https://github.com/moby/moby/blob/v28.5.2/daemon/containerd/image_exporter.go">moby: LoadImage</a>
 */
public final class LoadOutcome {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NOT_UNPACKED = "Error unpacking image ";
    private static final Pattern LOAD = Pattern.compile("(/v[0-9.]+)?/images/load(\\?.*)?");

    /** Enough for some thousand lines "Loaded image: ..."; later lines are dropped, but not an error. */
    private static final int MOST_BYTES_KEPT = 256 * 1024;

    private LoadOutcome() {}

    static boolean isWantedFor(Request request) {
        return request.method().equals("POST") && LOAD.matcher(request.path()).matches();
    }

    /** Reads the answer to its end, closes it, and returns its result as another answer. */
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

    /** Returns the daemon's error, or null if there is none; after an error, a broken connection is ignored. */
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

    /** Returns a line of a load's progress if it reports an image that the engine could not unpack, else an empty string. */
    public static String problemIn(String line) {
        return line.startsWith(NOT_UNPACKED) ? line.strip() : "";
    }

    /** Keeps messages, but not the progress of layers, which is long, and useless once the load has ended. */
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
