package io.nesteddocker.internal.outer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.command.RootFS;
import com.github.dockerjava.api.model.ContainerConfig;
import io.nesteddocker.internal.Sha256;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A digest of everything that a container of an image gets: layers, platform, time of creation and settings.
 *
 * <p>The two kinds of image stores give the same image different IDs: the digest of its configuration, or the digest of its manifest. This
 * digest is the same in both.
 */
final class ImageFingerprint {

    /** Accepts objects without properties, because each port that an image exposes is one. */
    private static final ObjectMapper JSON = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .configure(SerializationFeature.FAIL_ON_EMPTY_BEANS, false);

    private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

    private ImageFingerprint() {}

    static String of(InspectImageResponse image) {
        ObjectNode facts = JSON.createObjectNode();
        facts.put("os", image.getOs());
        facts.put("architecture", image.getArch());
        facts.put("created", moment(image.getCreated()));
        facts.set("layers", JSON.valueToTree(layers(image)));
        facts.set("config", significant(JSON.valueToTree(image.getConfig())));
        try {
            return Sha256.hex(JSON.writeValueAsString(facts));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree can be written.", e);
        }
    }

    /** Returns the layers; engines omit the list if an image has none. */
    static List<String> layers(InspectImageResponse image) {
        RootFS rootFs = image.getRootFS();
        return rootFs == null || rootFs.getLayers() == null ? List.of() : rootFs.getLayers();
    }

    /**
     * Returns a time in a common format. Engines format times differently, and write a missing time as an empty string or as the year 1.
     */
    private static String moment(@Nullable String created) {
        if (created == null || created.isEmpty()) {
            return "";
        }
        try {
            Instant moment = OffsetDateTime.parse(created).toInstant();
            return moment.equals(NEVER) ? "" : moment.toString();
        } catch (DateTimeParseException e) {
            return created;
        }
    }

    /** Parses an image's configuration as if an engine had returned it. */
    static InspectImageResponse read(byte[] json) throws IOException {
        JsonNode image = JSON.readTree(json);
        JsonNode rootfs = image.path("rootfs");
        JsonNode diffIds = rootfs.path("diff_ids");
        // Configurations may omit the list if an image has no layers.
        boolean none = diffIds.isMissingNode() || diffIds.isNull();
        if (!diffIds.isArray() && !(none && rootfs.path("type").asText("").equals("layers"))) {
            throw new IOException("its configuration names no layers");
        }
        List<String> layers = new ArrayList<>();
        diffIds.forEach(layer -> layers.add(layer.asText()));
        return new InspectImageResponse()
                .withOs(image.path("os").asText("linux"))
                .withArch(image.path("architecture").asText(""))
                .withCreated(image.path("created").asText(""))
                .withConfig(JSON.treeToValue(image.path("config"), ContainerConfig.class))
                .withRootFS(new RootFS().withType("layers").withLayers(layers));
    }

    /** Returns the settings that matter. Some engines omit empty ones, and {@code Image} is the parent image of a classic builder. */
    private static JsonNode significant(JsonNode config) {
        TreeMap<String, JsonNode> kept = new TreeMap<>();
        for (Iterator<String> names = config.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            JsonNode value = config.get(name);
            boolean empty = value.isNull()
                    || (value.isBoolean() && !value.asBoolean())
                    || (value.isTextual() && value.asText().isEmpty())
                    || (value.isContainerNode() && value.isEmpty());
            if (!empty && !name.equals("Image") && !name.equals("Hostname")) {
                kept.put(name, value);
            }
        }
        return JSON.valueToTree(kept);
    }
}
