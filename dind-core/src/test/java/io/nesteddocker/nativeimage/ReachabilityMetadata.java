package io.nesteddocker.nativeimage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The metadata for native images, read from the class path. */
final class ReachabilityMetadata {

    private final Map<String, JsonNode> types = new HashMap<>();
    private final Set<String> resources = new HashSet<>();

    private ReachabilityMetadata(JsonNode file) {
        for (JsonNode entry : file.path("reflection")) {
            types.put(entry.path("type").asText(), entry);
        }
        file.path("resources").forEach(entry -> resources.add(entry.path("glob").asText()));
    }

    static ReachabilityMetadata ofTheClassPath() {
        try (InputStream file =
                ReachabilityMetadata.class.getClassLoader().getResourceAsStream(ReachabilityMetadataTest.FILE)) {
            return new ReachabilityMetadata(new ObjectMapper().readTree(Objects.requireNonNull(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether a native image that is built with this file supports a use. */
    boolean covers(ReflectionTrace.Use use) {
        JsonNode entry = types.get(use.name());
        return switch (use.kind()) {
            case RESOURCE -> resources.contains(use.name());
            case MEMBERS -> entry != null;
            case METHOD -> has(entry, "allDeclaredMethods", "methods", use.member());
            case CONSTRUCTOR -> has(entry, "allDeclaredConstructors", "methods", "<init>");
            case FIELD -> has(entry, "allDeclaredFields", "fields", use.member());
        };
    }

    private static boolean has(JsonNode entry, String all, String list, String member) {
        return entry != null
                && (entry.path(all).asBoolean()
                        || entry.path(list).findValuesAsText("name").contains(member));
    }
}
