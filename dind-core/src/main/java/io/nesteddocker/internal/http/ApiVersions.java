package io.nesteddocker.internal.http;

import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Negotiates the API version with a daemon, which docker-java does not do.
 *
 * <p>Thread-safe: it holds no state.
 */
public final class ApiVersions {

    /** The highest version that this library was tested with (Engine 29). */
    private static final RemoteApiVersion HIGHEST = RemoteApiVersion.create(1, 52);

    /** The highest version of engines that do not report one; engines report it since version 1.25 (Engine 1.13). */
    private static final RemoteApiVersion BEFORE_ENGINES_TOLD = RemoteApiVersion.VERSION_1_24;

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");
    private static final int MOST_BYTES_QUOTED = 200;

    private ApiVersions() {}

    /** Returns the highest version that this library was tested with. */
    public static String highest() {
        return HIGHEST.getVersion();
    }

    /** Returns whether the text is a version from 1.24 to {@link #highest}. */
    public static boolean isUsable(String text) {
        return agreeOn(text)
                .filter(version -> version.getVersion().equals(text))
                .filter(version -> !RemoteApiVersion.VERSION_1_24.isGreater(version))
                .isPresent();
    }

    /**
     * Asks the daemon for its highest version, and returns it or the highest version that this library knows, whichever is lower.
     *
     * <p>Blocks until the daemon answers.
     *
     * <p>The messages of the exceptions contain only the reason; the caller knows the address and makes the whole sentence.
     *
     * @throws IllegalStateException if the server that answers is not a Docker engine, or refuses the request
     * @throws UncheckedIOException if the daemon can't be reached, or its answer breaks off
     */
    public static RemoteApiVersion negotiate(DockerHttpClient client) {
        Request ping =
                Request.builder().method(Request.Method.GET).path("/_ping").build();
        try (Response response = client.execute(ping)) {
            String body = new String(response.getBody().readNBytes(MOST_BYTES_QUOTED), StandardCharsets.UTF_8).strip();
            if (response.getStatusCode() != 200) {
                throw refused("it answered with HTTP status " + response.getStatusCode() + ": \"" + body + "\"");
            }
            String told = response.getHeader("Api-Version");
            if (told == null) {
                if (body.equals("OK")) {
                    return BEFORE_ENGINES_TOLD;
                }
                throw refused("it answered \"" + body + "\"");
            }
            return agreeOn(told).orElseThrow(() -> refused("it answered that its API version is \"" + told + "\""));
        } catch (IOException e) {
            throw new UncheckedIOException("its answer to GET /_ping broke off: " + e.getMessage(), e);
        }
    }

    /** Returns the version to use with a daemon whose highest version is {@code told}; empty if this is not a version. */
    public static Optional<RemoteApiVersion> agreeOn(String told) {
        Matcher version = VERSION.matcher(told);
        return version.matches()
                ? Optional.of(lower(Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))))
                : Optional.empty();
    }

    private static RemoteApiVersion lower(int major, int minor) {
        // RemoteApiVersion refuses zeros. Of its comparisons, isGreater is the correct one.
        RemoteApiVersion told = RemoteApiVersion.create(Math.max(1, major), Math.max(1, minor));
        return told.isGreater(HIGHEST) ? HIGHEST : told;
    }

    private static IllegalStateException refused(String answer) {
        return new IllegalStateException(answer + ", which is not what a Docker engine answers to GET /_ping");
    }
}
