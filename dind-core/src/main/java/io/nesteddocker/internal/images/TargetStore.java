package io.nesteddocker.internal.images;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Image;
import io.nesteddocker.ImageTransferException;
import io.nesteddocker.internal.Cancellation;
import io.nesteddocker.internal.Deadline;
import io.nesteddocker.internal.http.Reason;
import io.nesteddocker.internal.outer.OuterEngine;
import io.nesteddocker.internal.outer.OuterImages.ImageFacts;
import io.nesteddocker.internal.outer.OuterStorage;
import io.nesteddocker.internal.registry.ImageReference;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The images of an engine to which more images are transferred. Thread-safe.
 *
 * <p>Usually this is an inner engine; if images are copied out of an inner engine, it is the outer one.
 */
public final class TargetStore {

    /** The end of a daemon container is reported a moment after its connections break. */
    private static final Duration WAIT_FOR_LAST_WORDS = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final DockerClient client;
    private final String description;
    private final Supplier<Optional<String>> reasonOfTheEnd;
    private final BlobList blobs;
    private volatile @Nullable OuterStorage storage;

    private TargetStore(
            DockerClient client,
            String description,
            Supplier<Optional<String>> reasonOfTheEnd,
            BlobList blobs,
            @Nullable OuterStorage storage) {
        this.client = client;
        this.description = description;
        this.reasonOfTheEnd = reasonOfTheEnd;
        this.blobs = blobs;
        this.storage = storage;
    }

    /**
     * Returns the images of an engine, whose kind of store is requested when it is first needed.
     *
     * @param client the engine's client, which stays open
     * @param description the engine's name in messages
     * @param reasonOfTheEnd returns a clause with the reason why the engine has ended, once it has
     * @param blobs lists the engine's blobs, if it has the containerd store
     */
    public static TargetStore of(
            DockerClient client, String description, Supplier<Optional<String>> reasonOfTheEnd, BlobList blobs) {
        return new TargetStore(client, description, reasonOfTheEnd, blobs, null);
    }

    /**
     * Returns the outer engine's images, to copy images out of an inner engine.
     *
     * @param readerImage an image of the outer engine, with a shell
     */
    static TargetStore outer(OuterEngine outer, String readerImage, Cancellation cancellation) {
        return new TargetStore(
                outer.client(),
                "the outer engine at " + outer.description(),
                Optional::empty,
                BlobList.of(outer, readerImage, cancellation),
                outer.storage());
    }

    DockerClient client() {
        return client;
    }

    String description() {
        return description;
    }

    /** Returns whether this is a containerd store, in which an image's ID is the digest of its manifest. */
    boolean isContainerdStore() {
        return storage().hasContainerdStore();
    }

    private OuterStorage storage() {
        OuterStorage known = storage;
        if (known == null) {
            known = OuterStorage.of(client.infoCmd().exec());
            storage = known;
        }
        return known;
    }

    /**
     * Finds an image of the outer engine that is here under all its tags, or under any ID if it has no tag.
     *
     * @param outer the store that the image comes from; if one of the two stores is containerd's, the IDs may differ
     */
    public Optional<ImageFacts> find(SourceImage image, OuterStorage outer) {
        if (!image.tags().isEmpty()) {
            List<ImageFacts> found = image.tags().stream()
                    .flatMap(tag -> inspect(tag, image).stream())
                    .toList();
            return found.size() == image.tags().size() ? Optional.of(found.get(0)) : Optional.empty();
        }
        boolean idIsDecisive = !isContainerdStore() && !outer.hasContainerdStore();
        return inspect(image.title(), image).or(() -> find(image, idIsDecisive));
    }

    private boolean isHereAs(String name, SourceImage image) {
        return inspect(name, image).isPresent();
    }

    /** Inspects an image under a name; empty if another image has that name. */
    private Optional<ImageFacts> inspect(String name, SourceImage image) {
        return inspect(name).filter(facts -> isSame(image, facts));
    }

    /**
     * Finds an image in this store.
     *
     * @param idIsDecisive whether an image with another ID is another image, as is true between two classic stores
     */
    Optional<ImageFacts> find(SourceImage image, boolean idIsDecisive) {
        Optional<ImageFacts> byId = inspect(image.id());
        if (byId.isPresent() || idIsDecisive) {
            return byId;
        }
        for (String tag : image.tags()) {
            Optional<ImageFacts> byTag = inspect(tag).filter(facts -> isSame(image, facts));
            if (byTag.isPresent()) {
                return byTag;
            }
        }
        return all().stream()
                .flatMap(id -> inspect(id).stream())
                .filter(facts -> isSame(image, facts))
                .findFirst();
    }

    private static boolean isSame(SourceImage image, ImageFacts facts) {
        return facts.content().fingerprint().equals(image.content().fingerprint());
    }

    /** Returns the chain IDs of the layers of all images here. */
    Set<String> chainIds() {
        Set<String> chains = new HashSet<>();
        for (String id : all()) {
            inspect(id).ifPresent(facts -> chains.addAll(facts.content().chainIds()));
        }
        return chains;
    }

    private List<String> all() {
        return client.listImagesCmd().withShowAll(true).exec().stream()
                .map(Image::getId)
                .toList();
    }

    private Optional<ImageFacts> inspect(String reference) {
        return ImageFacts.find(client, reference);
    }

    /**
     * Returns the digests of the blobs that are here; empty for a classic store, and if a list is not worth the time.
     *
     * @param bytes how many bytes would be sent without the list
     */
    Set<String> blobs(long bytes) throws InterruptedException {
        return isContainerdStore() ? blobs.read(storage().dataRoot(), bytes) : Set.of();
    }

    /** Removes an image that an engine with the containerd store has accepted but can't unpack. */
    void discard(SourceImage image) {
        if (!isContainerdStore()) {
            return;
        }
        for (String tag : image.tags()) {
            if (isHereAs(tag, image)) {
                client.removeImageCmd(tag).withForce(true).exec();
            }
        }
        // The image may have no name, or have lost it just now; if it has names from elsewhere, it stays.
        find(image, false)
                .filter(facts -> facts.tags().isEmpty())
                .ifPresent(facts ->
                        client.removeImageCmd(facts.id()).withForce(true).exec());
    }

    /**
     * Tags an image with the names that it lacks.
     *
     * <p>No API sets an image's digest, and a store that makes a new manifest has another digest; then a tag stands for the requested one.
     */
    void tag(SourceImage image, ImageFacts facts) {
        image.tags().forEach(tag -> tag(tag, facts));
        image.namedDigests().stream()
                .filter(digest -> !isNameOf(digest, facts))
                .map(SourceImage::tagFor)
                .forEach(tag -> tag(tag, facts));
    }

    private void tag(String name, ImageFacts facts) {
        if (!isNameOf(name, facts)) {
            ImageReference given = ImageReference.parse(name);
            client.tagImageCmd(facts.id(), given.name(), given.tag()).exec();
        }
    }

    private boolean isNameOf(String name, ImageFacts facts) {
        return inspect(name).filter(named -> named.id().equals(facts.id())).isPresent();
    }

    /** Returns the name of an image here if it can't be found by the requested name; empty if it can. */
    public Optional<String> nameInPlaceOf(SourceImage image) {
        List<String> asked = image.namedDigests().isEmpty() ? List.of(image.title()) : image.namedDigests();
        if (asked.stream().allMatch(name -> isHereAs(name, image))) {
            return Optional.empty();
        }
        Optional<String> tag = image.namedDigests().stream()
                .map(SourceImage::tagFor)
                .filter(name -> isHereAs(name, image))
                .findFirst();
        return tag.isPresent() ? tag : find(image, false).map(ImageFacts::id);
    }

    /** Turns a failure into a sentence; if the engine did not answer because it has ended, this is the reason. */
    ImageTransferException failed(String what, @Nullable Throwable cause, String reason) {
        String failed = "that failed: " + reason;
        String words = cause == null || Reason.isEnginesAnswer(cause)
                ? failed
                : lastWords().orElse(failed);
        return new ImageTransferException(
                "Tried to load " + what + " into " + description + " but " + words.replaceFirst("[.;]$", "") + ". "
                        + adviceFor(words),
                cause);
    }

    private Optional<String> lastWords() {
        Deadline deadline = Deadline.in(WAIT_FOR_LAST_WORDS);
        try {
            while (reasonOfTheEnd.get().isEmpty() && !deadline.hasPassed()) {
                deadline.pause(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return reasonOfTheEnd.get();
    }

    private static String adviceFor(String reason) {
        String lower = reason.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left")) {
            return "Give it more room, with dataRoot(..) for a nested daemon, or remove images.";
        }
        return lower.contains("has ended") || lower.contains("this program closed it")
                ? "Start another daemon."
                : "Look at the engine's log, and try again.";
    }

    /** Turns a failure into a sentence, with the exception's own reason. */
    ImageTransferException failed(String what, Throwable cause) {
        return failed(what, cause, Reason.of(cause));
    }
}
