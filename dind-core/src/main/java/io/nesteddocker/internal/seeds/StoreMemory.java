package io.nesteddocker.internal.seeds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the storage drivers that engines in daemon images choose, also for later programs if the user has a cache folder. Thread-safe.
 */
final class StoreMemory {

    private static final Logger LOG = LoggerFactory.getLogger(StoreMemory.class);
    private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

    private StoreMemory() {}

    static Optional<String> recall(String imageId) {
        String known = KNOWN.get(imageId);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<String> read = CacheFolder.find("stores").flatMap(folder -> read(folder.resolve(fileName(imageId))));
        read.ifPresent(driver -> KNOWN.put(imageId, driver));
        return read;
    }

    static void remember(String imageId, String driver) {
        KNOWN.put(imageId, driver);
        CacheFolder.find("stores").ifPresent(folder -> {
            try {
                Files.createDirectories(folder);
                Files.writeString(folder.resolve(fileName(imageId)), driver);
            } catch (IOException e) {
                LOG.debug("The storage driver of {} is forgotten when this program ends", imageId, e);
            }
        });
    }

    private static String fileName(String imageId) {
        return imageId.replaceAll("[^0-9a-zA-Z]", "-");
    }

    private static Optional<String> read(Path file) {
        try {
            String driver = Files.readString(file).strip();
            return driver.matches("[a-z0-9.-]{1,40}") ? Optional.of(driver) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
