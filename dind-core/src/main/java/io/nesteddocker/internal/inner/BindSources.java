package io.nesteddocker.internal.inner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import io.nesteddocker.internal.SharedFolder;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.OuterContainers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns when an inner container mounts a path that the daemon container does not have.
 *
 * <p>The inner engine would create an empty folder there and report nothing. Each path is checked once. Thread-safe.
 */
public final class BindSources {

    private static final Logger LOG = LoggerFactory.getLogger(BindSources.class);
    private static final Pattern CREATION = Pattern.compile("(/v[\\d.]+)?/containers/create(\\?.*)?");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_REMEMBERED = 1_000;

    /** A shell script that prints the paths that do not exist. */
    private static final String MISSING = "for path; do [ -e \"$path\" ] || printf '%s\\n' \"$path\"; done";

    private final OuterContainers containers;
    private final String containerId;
    private final List<SharedFolder> shared;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    /** Creates a check for the inner containers of one daemon container, which is known to have the shared folders. */
    public BindSources(OuterContainers containers, String containerId, List<SharedFolder> shared) {
        this.containers = containers;
        this.containerId = containerId;
        this.shared = shared;
    }

    /** Examines a request, and warns if it mounts a missing path. */
    void look(Request request) {
        byte[] body = request.bodyBytes();
        if (body == null
                || !request.method().equals("POST")
                || !CREATION.matcher(request.path()).matches()) {
            return;
        }
        try {
            List<String> unknown = sources(JSON.readTree(body)).stream()
                    .filter(this::isUnknown)
                    .distinct()
                    .toList();
            if (!unknown.isEmpty()) {
                warnOfMissing(unknown);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("The bind mounts of an inner container were not looked at: {}", Reason.of(e));
        }
    }

    private static List<String> sources(JsonNode container) {
        List<String> sources = new ArrayList<>();
        JsonNode host = container.path("HostConfig");
        host.path("Binds").forEach(bind -> sources.add(bind.asText().split(":", 2)[0]));
        for (JsonNode mount : host.path("Mounts")) {
            if (mount.path("Type").asText().equals("bind")) {
                sources.add(mount.path("Source").asText());
            }
        }
        return sources.stream().filter(source -> source.startsWith("/")).toList();
    }

    private boolean isUnknown(String source) {
        SharedFolder folder = new SharedFolder(source, false);
        if (shared.stream().anyMatch(folder::isIn) || seen.size() > MOST_REMEMBERED) {
            return false;
        }
        return seen.add(source);
    }

    private void warnOfMissing(List<String> sources) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", MISSING, "missing"));
        command.addAll(sources);
        try {
            containers.exec(containerId, command).stdout().lines().forEach(BindSources::warn);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void warn(String source) {
        LOG.warn(
                "An inner container mounts {}, but the daemon container has no such path, so the mount would be an empty folder;"
                        + " share the folder with NestedDockerBuilder.share(..), or copy it there with NestedDocker.copyIn(..);"
                        + " see docs/sharing.md",
                source);
    }
}
