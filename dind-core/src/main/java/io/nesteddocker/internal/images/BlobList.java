package io.nesteddocker.internal.images;

import io.nesteddocker.ExecResult;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.OuterContainers;
import io.nesteddocker.internal.outer.OuterEngine;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The digests of all blobs that an engine's containerd has. No engine's API returns them, so they are read from the engine's files.
 * Immutable and thread-safe.
 */
public final class BlobList {

    private static final Logger LOG = LoggerFactory.getLogger(BlobList.class);

    /** The folder of the blobs in the data root of an engine that starts its containerd itself. */
    static final String IN_DATA_ROOT = "/containerd/daemon/io.containerd.content.v1.content/blobs/sha256";

    /** Below this total, sending is faster than listing. */
    private static final long WORTH_A_COMMAND = 2L << 20;

    private final long leastBytes;
    private final Lister lister;

    private interface Lister {
        Collection<String> hexDigits(String dataRoot) throws IOException, InterruptedException;
    }

    private BlobList(long leastBytes, Lister lister) {
        this.leastBytes = leastBytes;
        this.lister = lister;
    }

    /** Returns the list for the engine in a container. */
    public static BlobList in(OuterContainers containers, String containerId) {
        return new BlobList(WORTH_A_COMMAND, dataRoot -> {
            ExecResult listed = containers.exec(containerId, List.of("ls", dataRoot + IN_DATA_ROOT));
            if (listed.exitCode() != 0) {
                throw new IOException(listed.stderr().strip());
            }
            return listed.stdout().lines().toList();
        });
    }

    /**
     * Returns the list for an outer engine that starts its containerd itself; a shared containerd also has blobs of other programs.
     *
     * @param readerImage an image of the outer engine, with a shell
     */
    static BlobList of(OuterEngine outer, String readerImage, Cancellation cancellation) {
        return new BlobList(LayerReader.LEAST_BYTES, dataRoot -> {
            try (LayerReader reader = LayerReader.inOwnBlobs(outer, readerImage, cancellation)) {
                return reader.list();
            }
        });
    }

    /**
     * Returns the digests; empty if reading them fails or is not worth the time.
     *
     * @param dataRoot the engine's data root, as a path in the engine's own file system
     * @param bytes how many bytes would be sent otherwise
     */
    Set<String> read(String dataRoot, long bytes) throws InterruptedException {
        if (bytes < leastBytes) {
            return Set.of();
        }
        try {
            return lister.hexDigits(dataRoot).stream()
                    .map(digits -> "sha256:" + digits)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException | RuntimeException e) {
            LOG.debug("All blobs are sent, because those that are there can't be listed: {}", Reason.of(e));
            return Set.of();
        }
    }
}
