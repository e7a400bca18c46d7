package io.nesteddocker.internal.seeds;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The times at which seeds were last used. They are the times of empty files in the user's cache folder, because a program can't write into
 * a volume. Thread-safe.
 */
final class LastUse {

    private static final Logger LOG = LoggerFactory.getLogger(LastUse.class);

    private final Optional<Path> folder;

    LastUse(String engineId) {
        folder = CacheFolder.find("seeds").map(seeds -> seeds.resolve(engineId.replaceAll("[^0-9A-Za-z]", "-")));
    }

    /** Returns the time of the last use, or of the creation if none is known. */
    Instant of(SeedVolume volume) {
        Optional<Path> file = folder.map(path -> path.resolve(volume.name()));
        if (file.isEmpty()) {
            return volume.created();
        }
        try {
            Instant used = Files.getLastModifiedTime(file.get()).toInstant();
            return used.isAfter(volume.created()) ? used : volume.created();
        } catch (IOException e) {
            return volume.created();
        }
    }

    void record(String volume) {
        folder.ifPresent(path -> {
            try {
                Files.createDirectories(path);
                Path file = path.resolve(volume);
                if (Files.notExists(file)) {
                    Files.createFile(file);
                }
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            } catch (IOException e) {
                LOG.debug("The use of the seed {} is not remembered", volume, e);
            }
        });
    }

    void forget(String volume) {
        folder.ifPresent(path -> {
            try {
                Files.deleteIfExists(path.resolve(volume));
                Files.deleteIfExists(path);
            } catch (DirectoryNotEmptyException e) {
                LOG.trace("There are more seeds on this engine");
            } catch (IOException e) {
                LOG.debug("The use of the removed seed {} stays remembered", volume, e);
            }
        });
    }
}
