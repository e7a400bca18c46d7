package io.nesteddocker.internal.outer;

import io.nesteddocker.internal.BytePipe;
import io.nesteddocker.internal.tar.TarPacker;
import io.nesteddocker.internal.tar.TarUnpacker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Copies files and folders of any size into a container and out of it, as streams. Thread-safe. */
public final class ContainerFiles {

    private final OuterContainers containers;
    private final String containerId;

    /** Creates access to the files of one container. */
    public ContainerFiles(OuterContainers containers, String containerId) {
        this.containers = containers;
        this.containerId = containerId;
    }

    /** Copies {@code source} to the file or folder {@code target} of the container. */
    public void copyIn(Path source, String target) {
        BytePipe pipe = new BytePipe();
        CompletableFuture<Void> packed = new CompletableFuture<>();
        Thread packer = new Thread(() -> pack(source, target, pipe, packed), "nested-docker-copy-in");
        packer.setDaemon(true);
        packer.start();
        try (InputStream archive = pipe.input()) {
            containers.upload(containerId, archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw cause(packed, e);
        }
    }

    private static void pack(Path source, String target, BytePipe pipe, CompletableFuture<Void> packed) {
        try {
            TarPacker.pack(source.toAbsolutePath().normalize(), withoutSlashes(target), pipe.output());
            packed.complete(null);
            pipe.output().close();
        } catch (IOException | RuntimeException e) {
            packed.completeExceptionally(e);
            pipe.fail("the files could not be read");
        }
    }

    /** Returns the failure to read the files, if there is one, because it caused the failure of the transfer. */
    private static RuntimeException cause(CompletableFuture<Void> packed, RuntimeException transfer) {
        if (!packed.isCompletedExceptionally()) {
            return transfer;
        }
        try {
            packed.join();
            return transfer;
        } catch (CompletionException e) {
            e.addSuppressed(transfer);
            return e;
        }
    }

    /** Copies {@code source}, a file or folder of the container, to {@code target}. */
    public void copyOut(String source, Path target) {
        try (InputStream archive = containers.download(containerId, source)) {
            TarUnpacker.unpack(archive, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses files that can't be copied in. */
    public static void check(Path source, String target) {
        if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("Tried to copy " + source
                    + " into the daemon container but there is no such file or folder; give one that exists.");
        }
        check(target);
    }

    /** Refuses a path that can't be a place in a container. */
    public static void check(String place) {
        if (!place.startsWith("/") || withoutSlashes(place).isEmpty()) {
            throw new IllegalArgumentException("Tried to copy to or from \"" + place
                    + "\" in the daemon container but places there must be absolute paths below the root folder;"
                    + " give one such as /srv/data.");
        }
    }

    private static String withoutSlashes(String path) {
        return path.replaceAll("^/+|/+$", "");
    }
}
