package io.nesteddocker.internal.images;

import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.images.OuterImageBlobs.Blob;
import io.nesteddocker.internal.outer.OuterEngine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sends blobs of an outer engine with the containerd image store, read from its files: manifests, configurations, and the missing layers.
 *
 * <p>A container must be able to mount the parent folder of the outer engine's data root. A blob that does not match its digest is refused
 * here, before the other engine has the end of the archive.
 */
final class BlobTransfer implements TransferMethod {

    private final OuterEngine outer;
    private final String readerImage;
    private final Cancellation cancellation;

    BlobTransfer(OuterEngine outer, String readerImage, Cancellation cancellation) {
        this.outer = outer;
        this.readerImage = readerImage;
        this.cancellation = cancellation;
    }

    /** Returns whether this transfer method is possible, and worth the time. */
    static boolean suits(OuterEngine outer, List<SourceImage> images) {
        return outer.storage().hasContainerdStore()
                && !outer.storage().rootless()
                && LayerReader.canRead(outer)
                && SourceImage.sizeInBytes(images) >= LayerReader.LEAST_BYTES;
    }

    @Override
    public String description() {
        return "the outer engine's blobs";
    }

    @Override
    public void send(List<Delivery> deliveries, TransferProgress progress) throws IOException, InterruptedException {
        Map<String, SourceImage> images = Delivery.missingImages(deliveries);
        try (LayerReader reader = LayerReader.inBlobs(
                outer, readerImage, images.keySet().iterator().next(), cancellation)) {
            read(reader, images, deliveries, progress);
        }
    }

    private void read(
            LayerReader reader, Map<String, SourceImage> images, List<Delivery> deliveries, TransferProgress progress)
            throws IOException, InterruptedException {
        Map<String, OuterImageBlobs> found = new HashMap<>();
        Map<Blob, List<Delivery>> takers = new LinkedHashMap<>();
        List<Delivery> takersOfOthers = deliveries.stream()
                .filter(delivery -> delivery.target().isContainerdStore())
                .toList();
        for (SourceImage image : images.values()) {
            OuterImageBlobs here = OuterImageBlobs.of(image, reader);
            found.put(image.id(), here);
            for (int i = 0; i < here.layers().size(); i++) {
                Blob blob = here.layers().get(i);
                takers.putIfAbsent(
                        blob, Delivery.lacking(deliveries, image.layers().get(i), blob.digest()));
            }
            here.others()
                    .forEach(blob -> takers.putIfAbsent(blob, Delivery.lacking(takersOfOthers, null, blob.digest())));
        }
        takers.values().removeIf(List::isEmpty);
        verifyTheyAreThere(takers.keySet(), reader);
        progress.begin(
                Delivery.title(List.copyOf(images.values())),
                takers.keySet().stream().mapToLong(Blob::size).sum(),
                takers.size());
        copy(takers, reader, progress);
        for (Delivery delivery : deliveries) {
            List<OuterImageBlobs> sent = new ArrayList<>();
            delivery.missingImages().forEach(image -> sent.add(found.get(image.id())));
            ArchiveWriter.documents(delivery, sent);
        }
    }

    /** Checks that all blobs exist, because the blob of a layer that is unpacked may be missing. */
    private static void verifyTheyAreThere(Set<Blob> blobs, LayerReader reader) throws IOException {
        Map<String, Long> sizes = blobs.isEmpty()
                ? Map.of()
                : reader.sizes(blobs.stream().map(Blob::hexDigits).toList());
        for (Blob blob : blobs) {
            if (sizes.getOrDefault(blob.hexDigits(), -1L) != blob.size()) {
                throw new IOException("the outer engine's containerd does not have all of the blob " + blob.digest());
            }
        }
    }

    private void copy(Map<Blob, List<Delivery>> takers, LayerReader reader, TransferProgress progress)
            throws IOException, InterruptedException {
        if (takers.isEmpty()) {
            return;
        }
        StringBuilder names = new StringBuilder();
        takers.keySet().forEach(blob -> names.append(blob.hexDigits()).append('\0'));
        InputStream contents = reader.contents(
                names.length(), target -> target.write(names.toString().getBytes(StandardCharsets.US_ASCII)));
        for (Map.Entry<Blob, List<Delivery>> each : takers.entrySet()) {
            cancellation.throwIfCancelled();
            Blob blob = each.getKey();
            ContentDigest.Hashing content = new ContentDigest.Hashing(contents);
            ArchiveWriter.blob(each.getValue(), blob.digest(), blob.size(), content, progress);
            ContentDigest.verify(blob.digest(), content.digest(), blob.digest());
        }
    }
}
