package io.nesteddocker.internal.images;

import com.github.dockerjava.api.DockerClient;
import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.outer.ImageLoad;
import io.nesteddocker.internal.outer.ImageProblem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The upload of one archive to an engine; another thread sends the archive, which it reads from a small buffer.
 *
 * <p>For use by one thread, but any thread may call {@link #breakOff}.
 */
final class ArchiveUpload {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiveUpload.class);

    /** An engine that has read nothing for this long will not read any more. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** An engine unpacks large layers after it has the whole archive. */
    private static final Duration UNPACKING = Duration.ofMinutes(30);

    private static final int PIPE = 512 * 1024;
    private static final int BUFFER = 64 * 1024;

    private final BytePipe pipe;
    private final TarArchiveOutputStream tar;
    private final ImageLoad load;
    private boolean taken;

    private ArchiveUpload(BytePipe pipe, TarArchiveOutputStream tar, ImageLoad load) {
        this.pipe = pipe;
        this.tar = tar;
        this.load = load;
    }

    /** Makes a buffer that is large enough for a fast stream, and whose sides do not wait for each other without limit. */
    static BytePipe newPipe() {
        return new BytePipe(PIPE, PATIENCE);
    }

    /** Begins to send. */
    static ArchiveUpload begin(DockerClient client) {
        BytePipe pipe = newPipe();
        TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new BufferedOutputStream(pipe.output(), BUFFER), "UTF-8");
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        ImageLoad load = ImageLoad.begin(client, pipe.input());
        // If the request ends early, a writer that waits for space must be woken.
        Thread watch = new Thread(() -> watch(load, pipe), "nested-docker-load-watch");
        watch.setDaemon(true);
        watch.start();
        return new ArchiveUpload(pipe, tar, load);
    }

    private static void watch(ImageLoad load, BytePipe pipe) {
        try {
            load.await(UNPACKING.multipliedBy(10));
        } catch (ImageProblem e) {
            LOG.debug("The load ended: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pipe.fail("the load is over");
        }
    }

    /** A piece of the archive. */
    interface Writing {
        void to(TarArchiveOutputStream tar) throws IOException;
    }

    /**
     * Sends a piece of the archive. If the engine has loaded everything before it read the end, the rest is not sent.
     *
     * @throws ImageProblem if the engine refuses the archive
     */
    void write(Writing writing) throws InterruptedException {
        if (taken) {
            return;
        }
        try {
            writing.to(tar);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            taken = true;
            awaitAnswer(e);
        }
    }

    private void awaitAnswer(IOException broken) throws InterruptedException {
        try {
            load.await(PATIENCE);
        } catch (ImageProblem e) {
            e.addSuppressed(broken);
            throw e;
        }
    }

    /**
     * Ends the archive, and waits until the engine has loaded it.
     *
     * @throws ImageProblem if the engine can't load it
     */
    void end() throws InterruptedException {
        write(TarArchiveOutputStream::close);
        load.await(UNPACKING);
    }

    /** Cancels the upload. */
    void breakOff(String reason) {
        pipe.fail(reason);
        load.cancel();
    }
}
