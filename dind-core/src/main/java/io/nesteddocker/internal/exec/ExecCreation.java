package io.nesteddocker.internal.exec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import io.nesteddocker.internal.TerminalSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks an engine to prepare a command on a terminal.
 *
 * <p>docker-java can't say two things that matter there. An engine takes Ctrl-P for the first of the two keys that detach a terminal and
 * keeps it until the next key is typed, which breaks going back in a shell's history; and a terminal should have its size before the first
 * thing is drawn on it.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/">Docker: Engine API, ContainerExec</a>
 */
final class ExecCreation {

    /** Nobody types this: sixteen times the key that means nothing to most programs. */
    private static final String NO_DETACH_KEYS = String.join(",", Collections.nCopies(16, "ctrl-@"));

    private static final ObjectMapper JSON = new ObjectMapper();

    private ExecCreation() {}

    /** Returns the identity of the prepared command. */
    static String of(DockerClient client, String containerId, ExecRequest request) {
        if (request.terminal() != null && client instanceof DockerClientImpl known) {
            return onTerminal(known.getHttpClient(), containerId, request, request.terminal());
        }
        return client.execCreateCmd(containerId)
                .withAttachStdin(true)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .withTty(request.terminal() != null)
                .withEnv(request.environment())
                .withCmd(request.command().toArray(String[]::new))
                .exec()
                .getId();
    }

    private static String onTerminal(
            DockerHttpClient http, String containerId, ExecRequest request, TerminalSize size) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("AttachStdin", true);
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        body.put("Tty", true);
        body.put("ConsoleSize", List.of(size.rows(), size.columns()));
        body.put("DetachKeys", NO_DETACH_KEYS);
        body.put("Env", request.environment());
        body.put("Cmd", request.command());
        DockerHttpClient.Request post = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.POST)
                .path("/containers/" + containerId + "/exec")
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
}
