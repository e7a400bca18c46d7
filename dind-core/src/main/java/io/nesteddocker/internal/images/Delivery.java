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
 * Images on their way into one engine: what it lacks, and the archive that is being sent to it.
 *
 * <p>For use by one thread; {@link #breakOff} may come from any.
 */
final class Delivery {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final int BUFFER = 64 * 1024;

    private final TargetStore target;
    private final List<SourceImage> images;
    private final boolean fromContainerdStore;
    private final List<SourceImage> missingImages = new ArrayList<>();
    private final Set<String> missingLayers = new LinkedHashSet<>();
    private final Map<String, String> idsInside = new HashMap<>();
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

    /** Finds out what the engine lacks, and gives names to what it has. */
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

    /** Takes all layers for missing, for an engine that could not do without them. */
    void wantAllLayers() {
        sendsEverything = true;
        blobsThere = Set.of();
        missingImages.forEach(image -> missingLayers.addAll(image.layers()));
    }

    private boolean idIsDecisive(SourceImage image) {
        return !target.isContainerdStore() && (image.archive().isPresent() || !fromContainerdStore);
    }

    /** The images that have to be sent. */
    List<SourceImage> missingImages() {
        return failure == null ? missingImages : List.of();
    }

    /** The images that have to be sent to any of some engines, by their IDs. */
    static Map<String, SourceImage> missingImages(List<Delivery> deliveries) {
        Map<String, SourceImage> images = new LinkedHashMap<>();
        for (Delivery delivery : deliveries) {
            delivery.missingImages().forEach(image -> images.putIfAbsent(image.id(), image));
        }
        return images;
    }

    /** The layers that have to be sent, by their digests before compression; a containerd store may have some of them compressed. */
    Set<String> missingLayers() {
        return failure == null ? missingLayers : Set.of();
    }

    /** Whether it lacks a layer that is sent without compression. */
    boolean lacks(String layer) {
        return missingLayers().contains(layer);
    }

    /**
     * Those of some deliveries that lack a file of an archive. The classic store takes what has the right content, that of containerd what
     * has the right digest; what it has already is left out, which is remembered.
     *
     * @param layer the layer that it is, by the digest before compression; null if it is something else, or not known
     * @param blob the digest that it is named by, or the empty string
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

    /** Whether some of what an archive has may be left out, so that it is not known beforehand how much is sent. */
    boolean mayLeaveOut() {
        return !blobsThere.isEmpty();
    }

    TargetStore target() {
        return target;
    }

    /** The identity that an image has in the engine. */
    String idInside(SourceImage image) {
        return idsInside.getOrDefault(image.id(), image.id());
    }

    /** Why it failed, or null. */
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
     * Copies the content of a file that has been begun to some engines, in one reading, and ends the file.
     *
     * @param what what it is called if it ends too early
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

    /** Ends the archive and waits until the engine has loaded it; whether it has is looked at, not believed. */
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

    /** An engine with the containerd store lists an image before unpacking it; left there, it would count as complete. */
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
        idsInside.put(image.id(), facts.id());
    }

    /** Whether it failed in a way that another way of sending may not. */
    boolean mayBeRetried() {
        ImageTransferException reason = failure;
        if (reason == null || sendsEverything) {
            return false;
        }
        String words = String.valueOf(reason.getMessage()).toLowerCase(Locale.ROOT);
        return !words.contains("no space left") && !words.contains("has ended");
    }

    /** Breaks off what is going on and begins anew, so that another way can be tried. */
    void retry() throws InterruptedException {
        breakOff("another way is tried");
        failure = null;
        upload = null;
        compare();
    }

    /** Breaks the sending off. */
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
