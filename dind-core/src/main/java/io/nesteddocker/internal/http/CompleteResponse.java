package io.nesteddocker.internal.http;

import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/**
 * An answer that has been read to its end.
 *
 * <p>Thread-safe for one reader.
 */
final class CompleteResponse implements Response {

    private final int status;
    private final Map<String, List<String>> headers;
    private final InputStream body;

    CompleteResponse(int status, Map<String, List<String>> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = new ByteArrayInputStream(body);
    }

    @Override
    public int getStatusCode() {
        return status;
    }

    @Override
    public Map<String, List<String>> getHeaders() {
        return headers;
    }

    @Override
    public InputStream getBody() {
        return body;
    }

    /** Does nothing: the connection is closed already. */
    @Override
    public void close() {}
}
