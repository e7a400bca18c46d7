package io.nesteddocker.internal.inner;

import com.github.dockerjava.transport.DockerHttpClient;
import io.nesteddocker.NestedDockerException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** Says why the inner engine does not answer, where its daemon container is known to have ended. Thread-safe. */
final class ExplainedHttpClient implements DockerHttpClient {

    private final DockerHttpClient transport;
    private final Supplier<Optional<String>> reasonOfTheEnd;

    ExplainedHttpClient(DockerHttpClient transport, Supplier<Optional<String>> reasonOfTheEnd) {
        this.transport = transport;
        this.reasonOfTheEnd = reasonOfTheEnd;
    }

    @Override
    public Response execute(Request request) {
        try {
            return transport.execute(request);
        } catch (RuntimeException e) {
            Optional<String> reason = reasonOfTheEnd.get();
            if (reason.isEmpty() || e instanceof IllegalStateException) {
                throw e;
            }
            throw new NestedDockerException(
                    "Tried to send " + request.method() + " " + request.path().replaceFirst("\\?.*", "")
                            + " to the inner engine but the daemon container has ended: " + reason.get()
                            + ". Start another.",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }
}
