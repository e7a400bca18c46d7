package io.nesteddocker.internal.plan;

import io.nesteddocker.internal.SharedFolder;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Encodes folders in a label of an engine and decodes them, for any characters in their paths. */
public final class SharedFolders {

    private static final String READ_ONLY = ":ro";

    private SharedFolders() {}

    /** Encodes folders. */
    static String toLabel(List<SharedFolder> folders) {
        return folders.stream()
                .map(folder ->
                        URLEncoder.encode(folder.path(), StandardCharsets.UTF_8) + (folder.readOnly() ? READ_ONLY : ""))
                .collect(Collectors.joining(","));
    }

    /** Decodes folders; an empty label contains none. */
    public static List<SharedFolder> fromLabel(String label) {
        return Arrays.stream(label.split(","))
                .filter(word -> !word.isEmpty())
                .map(word -> new SharedFolder(
                        URLDecoder.decode(word.replaceFirst(READ_ONLY + "$", ""), StandardCharsets.UTF_8),
                        word.endsWith(READ_ONLY)))
                .toList();
    }
}
