package io.nesteddocker.internal.exec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.ExecCreateCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import io.nesteddocker.internal.TerminalSize;
import io.nesteddocker.internal.http.DaemonConnection;
import io.nesteddocker.internal.http.Upgrades;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The two requests that make an engine run a command: one prepares it, one starts it and becomes the connection to its streams.
 *
 * <p>With a client of this library the connection is the engine's own, so one direction can be closed. With any other client the connection
 * uses docker-java's public calls, and the end of standard input does not reach the command.
 *
 * <p>Thread-safe: it holds no state.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/">Docker: Engine API, ContainerExec</a>
 */
final class ExecApi {

    /** A sequence that is never typed: sixteen times a key that means nothing to most programs. */
    private static final String NO_DETACH_KEYS = String.join(",", Collections.nCopies(16, "ctrl-@"));

    private static final ObjectMapper JSON = new ObjectMapper();

    private ExecApi() {}

    /**
     * Asks an engine to prepare a command, and returns the command's ID.
     *
     * <p>docker-java's own call writes the environment to its log, and lacks two options that matter on a terminal: an engine takes Ctrl-P
     * for the first of the two keys that detach a terminal and keeps it until the next key is typed, which breaks going back in a shell's
     * history; and a terminal should have its size before the first thing is drawn on it.
     *
     * @param stdin whether the command has an input
     */
    static String create(DockerClient client, String containerId, ExecRequest request, boolean stdin) {
        if (client instanceof DockerClientImpl known && known.getHttpClient() != null) {
            return post(known.getHttpClient(), "/containers/" + containerId + "/exec", body(request, stdin));
        }
        ExecCreateCmd create = client.execCreateCmd(containerId)
                .withAttachStdin(stdin)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withTty(request.terminal() != null)
                .withEnv(request.environment())
                .withCmd(request.command().toArray(String[]::new));
        return (request.workingFolder().isEmpty() ? create : create.withWorkingDir(request.workingFolder()))
                .exec()
                .getId();
    }

    private static Map<String, Object> body(ExecRequest request, boolean stdin) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("AttachStdin", stdin);
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        body.put("Tty", request.terminal() != null);
        body.put("Env", request.environment());
        body.put("Cmd", request.command());
        body.put("WorkingDir", request.workingFolder());
        TerminalSize size = request.terminal();
        if (size != null) {
            body.put("ConsoleSize", List.of(size.rows(), size.columns()));
            body.put("DetachKeys", NO_DETACH_KEYS);
        }
        return body;
    }

    private static String post(DockerHttpClient http, String path, Map<String, Object> body) {
        DockerHttpClient.Request post = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.POST)
                .path(path)
                .putHeader("Content-Type", "application/json")
                .bodyBytes(bytes(body))
                .build();
        try (DockerHttpClient.Response response = http.execute(post);
                InputStream answer = response.getBody()) {
            String text = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            if (response.getStatusCode() >= 300) {
                throw new DockerException(text, response.getStatusCode());
            }
            return JSON.readTree(text).path("Id").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(Map<String, Object> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a prepared command, and returns the connection to its streams. Without a terminal, its output comes in frames.
     *
     * @throws IOException if the engine refuses, with its reason, or can't be reached
     */
    static DaemonConnection start(DockerClient client, String execId, boolean stdin, boolean terminal)
            throws IOException {
        Optional<Upgrades> ours = upgrades(client);
        return ours.isPresent()
                ? ours.get().upgrade("/exec/" + execId + "/start", bytes(Map.of("Detach", false, "Tty", terminal)))
                : ForeignExec.start(client, execId, stdin, terminal);
    }

    /** Returns whether a command sees the end of its input. */
    static boolean canEndInput(DockerClient client) {
        return upgrades(client).isPresent();
    }

    private static Optional<Upgrades> upgrades(DockerClient client) {
        return client instanceof DockerClientImpl known
                        && known.getHttpClient() instanceof Upgrades ours
                        && ours.canUpgrade()
                ? Optional.of(ours)
                : Optional.empty();
    }
}
