package io.nesteddocker.internal.daemon;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Detects settings that were written into the daemon container since it was created, and that the engine would read when it restarts. */
final class ChangedSettings {

    /** The only file that a running engine reads settings from. */
    private static final String FILE = "/etc/docker/daemon.json";

    private ChangedSettings() {}

    /** Returns whether the file is at least as new as the daemon container. Both times come from the outer host's clock. */
    static boolean in(Daemon daemon) {
        try (InputStream archive = daemon.outer().containers().download(daemon.containerId(), FILE);
                TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            TarArchiveEntry entry = tar.getNextEntry();
            // An archive contains times in whole seconds, rounded down, so a file that was written in the container's
            // first second looks older than the container.
            return entry != null
                    && !entry.getLastModifiedDate()
                            .toInstant()
                            .isBefore(daemon.outer()
                                    .containers()
                                    .created(daemon.containerId())
                                    .truncatedTo(ChronoUnit.SECONDS));
        } catch (NotFoundException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
