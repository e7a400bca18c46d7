package io.nesteddocker.internal.images;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.outer.ImageProblem;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The transfer of images to one engine: the images and layers that it lacks, and the archive that is being sent to it.
 *
 * <p>For use by one thread, but any thread may call {@link #breakOff}.
 */
final class Delivery {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER = 64 * 1024;

    private final TargetStore target;
    private final List<SourceImage> images;
    private final boolean fromContainerdStore;
    private final List<SourceImage> missingImages = new ArrayList<>();
    private final Set<String> missingLayers = new LinkedHashSet<>();
    private final Map<String, String> idsInTarget = new HashMap<>();
    private final Set<String> leftOut = new HashSet<>();
    private Set<String> blobsThere = Set.of();
    private boolean sendsEverything;
    private volatile @Nullable ArchiveUpload upload;
    private @Nullable ImageTransferException failure;

    Delivery(TargetStore target, List<SourceImage> images, boolean fromContainerdStore) {
        this.target = target;
        this.images = images;
        this.fromContainerdStore = fromContainerdStore;
    }

    /** Determines what the engine lacks, and tags the images that it has. */
    void compare() throws InterruptedException {
        try {
            missingImages.clear();
            missingLayers.clear();
            leftOut.clear();
            blobsThere = Set.of();
            for (SourceImage image : images) {
                Optional<ImageFacts> there = target.find(image, idIsDecisive(image));
                if (there.isPresent()) {
                    settle(image, there.get());
                } else {
                    missingImages.add(image);
                }
            }
            if (!missingImages.isEmpty()) {
                findMissingLayers();
            }
        } catch (ImageTransferException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(target.failed(title(images), e));
        }
    }

    private void findMissingLayers() throws InterruptedException {
        if (target.isContainerdStore()) {
            blobsThere = target.blobs(sizeOfMissingImages());
            missingImages.forEach(image -> missingLayers.addAll(image.layers()));
            missingLayers.removeAll(blobsThere);
            return;
        }
        Set<String> chainsThere = target.chainIds();
        for (SourceImage image : missingImages) {
            List<String> chains = image.content().chainIds();
            for (int i = 0; i < chains.size(); i++) {
                if (!chainsThere.contains(chains.get(i))) {
                    missingLayers.add(image.layers().get(i));
                }
            }
        }
    }

    private long sizeOfMissingImages() {
        return SourceImage.sizeInBytes(missingImages);
    }

    /** Treats all layers as missing; to be called if the engine could not load an archive without some of them. */
    void treatAllLayersAsMissing() {
        sendsEverything = true;
        blobsThere = Set.of();
        missingImages.forEach(image -> missingLayers.addAll(image.layers()));
    }

    private boolean idIsDecisive(SourceImage image) {
        return !target.isContainerdStore() && (image.archive().isPresent() || !fromContainerdStore);
    }

    /** Returns the images that have to be sent. */
    List<SourceImage> missingImages() {
        return failure == null ? missingImages : List.of();
    }

    /** Returns the images that have to be sent to at least one of some engines, by their IDs. */
    static Map<String, SourceImage> missingImages(List<Delivery> deliveries) {
        Map<String, SourceImage> images = new LinkedHashMap<>();
        for (Delivery delivery : deliveries) {
            delivery.missingImages().forEach(image -> images.putIfAbsent(image.id(), image));
        }
        return images;
    }

    /** Returns the layers to be sent, by their digests before compression; a containerd store may have some of them compressed. */
    Set<String> missingLayers() {
        return failure == null ? missingLayers : Set.of();
    }

    /** Returns whether the engine lacks a layer that is sent without compression. */
    boolean lacks(String layer) {
        return missingLayers().contains(layer);
    }

    /**
     * Returns the deliveries whose engine lacks a file of an archive. The classic store identifies a layer by its content, a containerd
     * store by the digest of its blob. A delivery remembers the blobs that it leaves out because its engine has them.
     *
     * @param layer the file's layer, by the digest before compression; null if the file is not a layer, or its layer is not known
     * @param blob the digest in the file's name, or the empty string
     */
    static List<Delivery> lacking(List<Delivery> deliveries, @Nullable String layer, String blob) {
        return deliveries.stream()
                .filter(delivery -> delivery.lacks(layer, blob))
                .toList();
    }

    private boolean lacks(@Nullable String layer, String blob) {
        if (failure != null) {
            return false;
        }
        if (!target.isContainerdStore()) {
            return layer == null || lacks(layer);
        }
        if (blobsThere.contains(blob)) {
            leftOut.add(blob);
            return false;
        }
        return true;
    }

    /** Returns whether blobs of an archive may be left out, so that the number of bytes to send is not known in advance. */
    boolean mayLeaveOut() {
        return !blobsThere.isEmpty();
    }

    TargetStore target() {
        return target;
    }

    /** Returns the ID that an image has in the engine. */
    String idInTarget(SourceImage image) {
        return idsInTarget.getOrDefault(image.id(), image.id());
    }

    /** Returns the failure, or null. */
    @Nullable
    ImageTransferException failure() {
        return failure;
    }

    /** Begins to send an archive. */
    void open() {
        upload = ArchiveUpload.begin(target.client());
    }

    void file(String name, byte[] content) throws InterruptedException {
        begin(name, content.length);
        write(content, 0, content.length);
        end();
    }

    /**
     * Reads the content of a file once, copies it to engines for which the file has been begun, and ends the file.
     *
     * @param what the name of the file for the message if it ends too early
     */
    static void copy(List<Delivery> takers, String what, long size, InputStream content, TransferProgress progress)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        for (long left = size; left > 0; ) {
            int count = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException(what + " ends too early");
            }
            for (Delivery taker : takers) {
                taker.write(buffer, 0, count);
            }
            left -= count;
            progress.bytes(count);
        }
        for (Delivery taker : takers) {
            taker.end();
        }
    }

    /** Copies a file of another archive to some engines; see {@link #copy(List, String, long, InputStream, TransferProgress)}. */
    static void copy(List<Delivery> takers, TarArchiveEntry entry, InputStream content, TransferProgress progress)
            throws IOException, InterruptedException {
        for (Delivery taker : takers) {
            taker.send(tar -> tar.putArchiveEntry(entry));
        }
        copy(takers, "the archive", entry.isDirectory() ? 0 : entry.getSize(), content, progress);
    }

    void begin(String name, long size) throws InterruptedException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        entry.setMode(0100644);
        send(tar -> tar.putArchiveEntry(entry));
    }

    void write(byte[] content, int offset, int length) throws InterruptedException {
        send(tar -> tar.write(content, offset, length));
    }

    void end() throws InterruptedException {
        send(TarArchiveOutputStream::closeArchiveEntry);
    }

    private void send(ArchiveUpload.Writing writing) throws InterruptedException {
        ArchiveUpload open = upload;
        if (failure != null || open == null) {
            return;
        }
        try {
            open.write(writing);
        } catch (ImageProblem e) {
            failHalfway(target.failed(title(missingImages), e));
        }
    }

    /** Ends the archive, waits until the engine has loaded it, and checks that the engine has the images. */
    void finish() throws InterruptedException {
        ArchiveUpload open = upload;
        if (failure != null || open == null) {
            return;
        }
        try {
            open.end();
            for (SourceImage image : missingImages) {
                settle(
                        image,
                        target.find(image, idIsDecisive(image))
                                .orElseThrow(() -> target.failed(
                                        image.title(),
                                        null,
                                        "the engine reported success, but does not have the image")));
            }
            verifyBlobsAreStillThere();
            missingImages.clear();
            missingLayers.clear();
        } catch (ImageTransferException e) {
            failHalfway(e);
        } catch (RuntimeException e) {
            failHalfway(target.failed(title(missingImages), e));
        } finally {
            upload = null;
        }
    }

    /** Fails if the engine has since removed a blob that was left out. */
    private void verifyBlobsAreStillThere() throws InterruptedException {
        if (!leftOut.isEmpty() && !target.blobs(sizeOfMissingImages()).containsAll(leftOut)) {
            throw target.failed(title(missingImages), null, "it has removed blobs in the meantime");
        }
    }

    /**
     * Fails and discards the images: an engine with the containerd store lists an image before unpacking it, so an incomplete image would
     * count as complete.
     */
    private void failHalfway(ImageTransferException reason) {
        for (SourceImage image : missingImages) {
            try {
                target.discard(image);
            } catch (RuntimeException e) {
                reason.addSuppressed(e);
            }
        }
        fail(reason);
    }

    private void settle(SourceImage image, ImageFacts facts) {
        if (!facts.content().layers().equals(image.layers())) {
            throw target.failed(image.title(), null, "its image has other layers than the image that was sent");
        }
        target.tag(image, facts);
        idsInTarget.put(image.id(), facts.id());
    }

    /** Returns whether another attempt may succeed after this failure. */
    boolean mayBeRetried() {
        ImageTransferException reason = failure;
        if (reason == null || sendsEverything) {
            return false;
        }
        String words = String.valueOf(reason.getMessage()).toLowerCase(Locale.ROOT);
        return !words.contains("no space left") && !words.contains("has ended");
    }

    /** Cancels the upload and compares again, so that another attempt can be made. */
    void retry() throws InterruptedException {
        breakOff("another way is tried");
        failure = null;
        upload = null;
        compare();
    }

    /** Cancels the upload, if there is one. */
    void breakOff(String reason) {
        ArchiveUpload open = upload;
        if (open != null) {
            open.breakOff(reason);
        }
    }

    private void fail(ImageTransferException reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    static String title(List<SourceImage> images) {
        String titles = images.stream().map(SourceImage::title).collect(Collectors.joining(", "));
        return ((images.size() == 1 ? "the image " : "the images ") + titles).strip();
    }
}
