package io.nesteddocker.internal.inner;

import com.github.dockerjava.transport.DockerHttpClient;
import io.nesteddocker.NestedDockerException;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.DaemonHttpClient;
import io.nesteddocker.internal.http.Upgrades;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Explains why the inner engine does not answer, if its daemon container has ended, was closed or was given up. Thread-safe. */
final class ExplainedHttpClient implements DockerHttpClient, Upgrades {

    private static final Pattern CONTAINER_CALL =
            Pattern.compile("(?:/v[0-9.]+)?/containers/([^/?]+)(?:/(start|restart|stop|kill))?(?:\\?.*)?");

    private final String daemonName;
    private final DaemonHttpClient transport;
    private final BindSources bindSources;
    private final Supplier<Optional<String>> reasonOfTheEnd;
    private volatile Consumer<String> containerCalls = container -> {};
    private volatile String abandonedBecause = "";

    ExplainedHttpClient(
            String daemonName,
            DaemonHttpClient transport,
            BindSources bindSources,
            Supplier<Optional<String>> reasonOfTheEnd) {
        this.daemonName = daemonName;
        this.transport = transport;
        this.bindSources = bindSources;
        this.reasonOfTheEnd = reasonOfTheEnd;
    }

    @Override
    public Response execute(Request request) {
        bindSources.look(request);
        try {
            Response response = transport.execute(request);
            if (response.getStatusCode() < 400) {
                report(request);
            }
            return response;
        } catch (RuntimeException e) {
            if (!abandonedBecause.isEmpty()) {
                throw new NestedDockerException(
                        tried(request) + " but it was given up: " + abandonedBecause + ". Start another daemon.", e);
            }
            Optional<String> reason = reasonOfTheEnd.get();
            if (reason.isEmpty() || e instanceof IllegalStateException) {
                throw e;
            }
            throw new NestedDockerException(tried(request) + " but " + reason.get() + ". Start another daemon.", e);
        }
    }

    /** Sets the listener that receives each container that a call has started or ended. */
    void afterContainerCalls(Consumer<String> listener) {
        containerCalls = listener;
    }

    private void report(Request request) {
        if (request.method().equals("POST") || request.method().equals("DELETE")) {
            Matcher call = CONTAINER_CALL.matcher(request.path());
            if (call.matches() && (call.group(2) == null) == request.method().equals("DELETE")) {
                containerCalls.accept(call.group(1));
            }
        }
    }

    /** Makes {@code because} the reason of all failures from now on. */
    void abandon(String because) {
        abandonedBecause = because;
    }

    private String tried(Request request) {
        return "Tried to send " + request.method() + " " + request.path().replaceFirst("\\?.*", "")
                + " to the inner engine of " + daemonName;
    }

    @Override
    public boolean canUpgrade() {
        return transport.canUpgrade();
    }

    @Override
    public DaemonConnection upgrade(String path, byte[] json) throws IOException {
        try {
            return transport.upgrade(path, json);
        } catch (IOException | IllegalStateException e) {
            if (!abandonedBecause.isEmpty()) {
                throw unreachable("it was given up: " + abandonedBecause, e);
            }
            Optional<String> reason = reasonOfTheEnd.get();
            if (reason.isEmpty() || e instanceof IllegalStateException) {
                throw e;
            }
            throw unreachable(reason.get(), e);
        }
    }

    /** The failure is no cause of the exception, because only the innermost exception is shown to users. */
    private IOException unreachable(String because, Exception failure) {
        IOException explained =
                new IOException("there is no connection to the inner engine of " + daemonName + ", because " + because);
        explained.addSuppressed(failure);
        return explained;
    }

    /**
     * Does nothing: a caller that closes the client must not close the connections of the daemon's handle. {@link InnerEngine#close} closes
     * them.
     */
    @Override
    public void close() {}
}
