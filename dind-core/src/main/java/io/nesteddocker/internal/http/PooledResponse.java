package io.nesteddocker.internal.http;

import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer on a pooled connection that can be closed before its end without reading the rest.
 *
 * <p>When Apache's body is closed, it reads to its end, so that the connection can be used again: gigabytes of an
 * image, and events without an end. This class does so only for short answers: less than 10000 bytes, or JSON that has an end.
 *
 * <p>Thread-safe for one reader and any number of closers.
 */
final class PooledResponse implements Response {

    private static final Logger LOG = LoggerFactory.getLogger(PooledResponse.class);

    private static final Pattern ENDLESS_JSON = Pattern.compile(".*/(events|stats)(\\?.*)?");
    static final int MOST_BYTES_DRAINED = 64 * 1024;

    private final Response response;
    private final boolean isWorthDraining;
    private final InputStream body;
    private final UnaryOperator<IOException> explanation;

    /**
     * Makes a response from an answer whose head has been read.
     *
     * @param explanation turns an exception from reading the body into the one that the reader receives
     */
    PooledResponse(Request request, Response response, UnaryOperator<IOException> explanation) {
        this.response = response;
        this.explanation = explanation;
        isWorthDraining =
                isWorthDraining(request, response.getHeader("Content-Length"), response.getHeader("Content-Type"));
        body = new Body(response.getBody());
    }

    /** Returns whether it is worth reading the rest of an answer, so that its connection can be used again. */
    static boolean isWorthDraining(Request request, HttpHead head) {
        return isWorthDraining(request, head.first("Content-Length"), head.first("Content-Type"));
    }

    private static boolean isWorthDraining(Request request, @Nullable String length, @Nullable String type) {
        return (length != null && length.length() <= 4) || isJsonThatEnds(request, type);
    }

    private static boolean isJsonThatEnds(Request request, @Nullable String type) {
        return type != null
                && request.method().equals("GET")
                && type.startsWith("application/json")
                && !ENDLESS_JSON.matcher(request.path()).matches();
    }

    @Override
    public int getStatusCode() {
        return response.getStatusCode();
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        return response.getHeaders();
    }

    @Override
    public InputStream getBody() {
        return body;
    }

    @Override
    public void close() {
        response.close();
    }

    private final class Body extends FilterInputStream {

        Body(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw explanation.apply(e);
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return super.read(buffer, offset, length);
            } catch (IOException e) {
                throw explanation.apply(e);
            }
        }

        @Override
        public void close() {
            if (isWorthDraining) {
                drain();
            }
            response.close();
        }

        private void drain() {
            try {
                // Usually the rest is the end marker of the last chunk; then the connection returns to the pool.
                int left = in.readNBytes(MOST_BYTES_DRAINED).length;
                LOG.trace("Read {} more bytes to be able to use the connection again", left);
            } catch (IOException e) {
                LOG.trace("The connection can't be used again", e);
            }
        }
    }
}
