package io.nesteddocker.internal.daemon;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Whether somebody wrote settings into the daemon container since it was started, for the engine to read again. */
final class ChangedSettings {

    /** The only file that a running engine reads settings from. */
    private static final String FILE = "/etc/docker/daemon.json";

    private ChangedSettings() {}

    /** Whether the file is not older than the daemon container, by the outer host's clock in either case. */
    static boolean in(Daemon daemon) {
        try (InputStream archive = daemon.outer().containers().download(daemon.containerId(), FILE);
                TarArchiveInputStream tar = new TarArchiveInputStream(archive)) {
            TarArchiveEntry entry = tar.getNextEntry();
            // An archive has whole seconds, cut off: a file of the container's first second looks older than the
            // container.
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
